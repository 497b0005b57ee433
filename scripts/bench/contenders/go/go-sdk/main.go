// The official go-sdk as its README and docs say: typed tools, Streamable HTTP without sessions, one JSON body as the
// answer. With STDIO it is served over stdio.
package main

import (
	"context"
	"log"
	"net/http"
	"os"

	"bench/shop"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

func searchProducts(ctx context.Context, _ *mcp.CallToolRequest, in shop.Search) (*mcp.CallToolResult, shop.Page, error) {
	out, err := shop.SearchProducts(ctx, in)
	return nil, out, err
}

func getOrderStatus(ctx context.Context, _ *mcp.CallToolRequest, in shop.Order) (*mcp.CallToolResult, shop.Status, error) {
	out, err := shop.GetOrderStatus(ctx, in)
	return nil, out, err
}

func main() {
	server := mcp.NewServer(&mcp.Implementation{Name: "shop", Version: "1.0.0"}, nil)
	mcp.AddTool(server, &mcp.Tool{Name: "search_products", Description: "Find products by words, with their prices."}, searchProducts)
	mcp.AddTool(server, &mcp.Tool{Name: "get_order_status", Description: "The status of one order."}, getOrderStatus)

	if os.Getenv("STDIO") != "" {
		log.Fatal(server.Run(context.Background(), &mcp.StdioTransport{}))
	}
	options := &mcp.StreamableHTTPOptions{Stateless: true, JSONResponse: true}
	handler := mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return server }, options)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), handler))
}
