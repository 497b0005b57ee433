//! Lets tests/clients/play.ts drive rmcp: a command in JSON on each line of stdin, its answer on a line of stdout. The
//! program ends when stdin does. With the argument `auto` it asks the server what it speaks; by default rmcp shakes
//! hands.

use std::collections::HashMap;
use std::error::Error;
use std::sync::{Arc, Mutex};

use rmcp::model::*;
use rmcp::service::{
    ClientLifecycleMode, ClientServiceExt, RequestContext, RoleClient, RunningService,
};
use rmcp::transport::{StreamableHttpClientTransport, TokioChildProcess};
use rmcp::{ClientHandler, ErrorData};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader, stdin};
use tokio::process::Command as Program;
use tokio::task::JoinHandle;

/// Either a program, or an address.
#[derive(Deserialize)]
#[serde(untagged)]
enum Server {
    Http {
        url: String,
    },
    Stdio {
        command: String,
        args: Vec<String>,
        env: HashMap<String, String>,
    },
}

#[derive(Deserialize)]
struct Call {
    tool: String,
    arguments: JsonObject,
    answer: Option<ElicitResult>,
}

#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "camelCase")]
enum Command {
    #[serde(rename_all = "camelCase")]
    Connect {
        server: Server,
        can_be_asked: bool,
    },
    List,
    Call(Call),
    Begin(Call),
    Cancel,
    Close,
}

/// Answers what is asked as play.ts says. Without `can_be_asked` the client does not declare that it can ask.
#[derive(Clone)]
struct User {
    can_be_asked: bool,
    answer: Arc<Mutex<Option<ElicitResult>>>,
    questions: Arc<Mutex<Vec<String>>>,
}

impl ClientHandler for User {
    fn get_info(&self) -> ClientConfig {
        let mut capabilities = ClientCapabilities::default();
        if self.can_be_asked {
            let form = FormElicitationCapability::default();
            capabilities.elicitation = Some(ElicitationCapability::new().with_form(form));
        }
        ClientConfig::new(capabilities, Implementation::new("rmcp", "3.11.0"))
    }

    async fn create_elicitation(
        &self,
        request: ElicitRequestParams,
        _: RequestContext<RoleClient>,
    ) -> Result<ElicitResult, ErrorData> {
        if let ElicitRequestParams::FormElicitationParams { message, .. } = request {
            self.questions.lock().unwrap().push(message);
        }
        let answer = self.answer.lock().unwrap().clone();
        Ok(answer.unwrap_or(ElicitResult::new(ElicitationAction::Decline)))
    }
}

type Client = RunningService<RoleClient, User>;

async fn connect(server: Server, user: User) -> Result<Client, Box<dyn Error>> {
    let lifecycle = match std::env::args().nth(1).as_deref() {
        Some("auto") => ClientLifecycleMode::Auto {
            preferred_versions: vec![ProtocolVersion::V_2026_07_28],
            legacy_version: None,
        },
        _ => ClientLifecycleMode::Initialize,
    };
    Ok(match server {
        Server::Http { url } => {
            let transport = StreamableHttpClientTransport::from_uri(url);
            user.serve_with_lifecycle(transport, lifecycle).await?
        }
        Server::Stdio { command, args, env } => {
            let mut program = Program::new(command);
            program.args(args).env_clear().envs(env);
            let transport = TokioChildProcess::new(program)?;
            user.serve_with_lifecycle(transport, lifecycle).await?
        }
    })
}

/// What the client makes of a result.
async fn call(
    client: &Client,
    Call {
        tool,
        arguments,
        answer,
    }: Call,
) -> Value {
    let user = client.service();
    *user.answer.lock().unwrap() = answer;
    user.questions.lock().unwrap().clear();
    let params = CallToolRequestParams::new(tool).with_arguments(arguments);
    let result = client.call_tool(params).await;
    let questions = user.questions.lock().unwrap().clone();
    match result {
        Ok(result) => {
            let texts = result.content.iter().filter_map(|part| part.as_text());
            let text = texts
                .map(|part| part.text.as_str())
                .collect::<Vec<_>>()
                .join("\n");
            let structure = result.structured_content;
            let failed = result.is_error.unwrap_or(false);
            json!({ "text": text, "structure": structure, "failed": failed, "questions": questions })
        }
        Err(error) => {
            let text = error.to_string();
            json!({ "text": text, "structure": null, "failed": true, "questions": questions })
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut lines = BufReader::new(stdin()).lines();
    let mut client: Option<Arc<Client>> = None;
    let mut begun: Option<JoinHandle<Value>> = None;
    while let Some(line) = lines.next_line().await? {
        let command: Command = serde_json::from_str(&line)?;
        let answer = match (command, &client) {
            (
                Command::Connect {
                    server,
                    can_be_asked,
                },
                _,
            ) => {
                let (answer, questions) = Default::default();
                let user = User {
                    can_be_asked,
                    answer,
                    questions,
                };
                client = Some(Arc::new(connect(server, user).await?));
                json!({})
            }
            (Command::List, Some(client)) => {
                let tools = client.list_all_tools().await?;
                json!({ "tools": tools.iter().map(|tool| &tool.name).collect::<Vec<_>>() })
            }
            (Command::Call(given), Some(client)) => call(client, given).await,
            (Command::Begin(given), Some(client)) => {
                let client = client.clone();
                begun = Some(tokio::spawn(async move { call(&client, given).await }));
                json!({})
            }
            (Command::Cancel, _) => {
                let begun = begun.take().ok_or("nothing was begun")?;
                begun.abort();
                json!({ "cancelled": begun.await.is_err_and(|error| error.is_cancelled()) })
            }
            (Command::Close, _) => {
                let client = client.take().and_then(Arc::into_inner);
                client.ok_or("nothing is connected")?.cancel().await?;
                json!({})
            }
            (_, None) => return Err("nothing is connected".into()),
        };
        println!("{answer}");
    }
    Ok(())
}
