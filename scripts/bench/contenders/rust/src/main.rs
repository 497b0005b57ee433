//! rmcp as its examples say: the macros for tools with structured output, Streamable HTTP under axum, without sessions
//! and with one JSON body as the answer. With STDIO it is served over stdio.
use rmcp::{
    Json, ServerHandler, ServiceExt,
    handler::server::wrapper::Parameters,
    schemars::{self, JsonSchema},
    tool, tool_handler, tool_router,
    transport::{
        stdio,
        streamable_http_server::{
            StreamableHttpServerConfig, StreamableHttpService, session::local::LocalSessionManager,
        },
    },
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

#[derive(Deserialize, JsonSchema)]
struct Search {
    /// Words to look for
    query: String,
    #[serde(default = "ten")]
    limit: u32,
}
fn ten() -> u32 {
    10
}
#[derive(Deserialize, JsonSchema)]
struct Order {
    /// The number of the order
    order_id: String,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Price {
    amount: String,
    currency: String,
}
#[derive(Serialize, Deserialize, JsonSchema)]
struct Product {
    product_id: String,
    name: String,
    category: String,
    price: Price,
    available: bool,
    url: String,
    image: String,
}
#[derive(Serialize, Deserialize, JsonSchema)]
struct Page {
    count: u32,
    next: Option<String>,
    previous: Option<String>,
    results: Vec<Product>,
}
#[derive(Serialize, Deserialize, JsonSchema)]
struct Status {
    order_id: String,
    status: String,
    placed_at: String,
    updated_at: String,
    estimated_delivery: String,
    tracking_ids: Vec<String>,
}

#[derive(Clone)]
struct Shop {
    base: String,
    http: reqwest::Client,
}

impl Shop {
    async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<Json<T>, String> {
        let url = format!("{}{path}", self.base);
        let answer = self.http.get(url).query(query).send().await;
        let answer = answer.and_then(|it| it.error_for_status());
        let body = answer.map_err(|error| error.to_string())?.json().await;
        Ok(Json(body.map_err(|error| error.to_string())?))
    }
}

#[tool_router]
impl Shop {
    #[tool(description = "Find products by words, with their prices.")]
    async fn search_products(
        &self,
        Parameters(Search { query, limit }): Parameters<Search>,
    ) -> Result<Json<Page>, String> {
        let limit = limit.to_string();
        self.get("/api/products/search/", &[("q", &query), ("limit", &limit)]).await
    }

    #[tool(description = "The status of one order.")]
    async fn get_order_status(
        &self,
        Parameters(Order { order_id }): Parameters<Order>,
    ) -> Result<Json<Status>, String> {
        self.get(&format!("/api/orders/{order_id}/status/"), &[]).await
    }
}

#[tool_handler]
impl ServerHandler for Shop {}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let shop = Shop { base: std::env::var("DJANGO_API_BASE")?, http: reqwest::Client::new() };
    if std::env::var("STDIO").is_ok() {
        shop.serve(stdio()).await?.waiting().await?;
        return Ok(());
    }
    let mut config = StreamableHttpServerConfig::default();
    config.legacy_session_mode = false;
    config.json_response = true;
    let sessions = LocalSessionManager::default().into();
    let service = StreamableHttpService::new(move || Ok(shop.clone()), sessions, config);
    let router = axum::Router::new().nest_service("/mcp", service);
    let address = format!("127.0.0.1:{}", std::env::var("PORT")?);
    axum::serve(tokio::net::TcpListener::bind(address).await?, router).await?;
    Ok(())
}
