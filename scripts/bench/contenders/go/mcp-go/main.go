// mcp-go as its examples say: schemas from types, structured results, Streamable HTTP without sessions.
package main

import (
	"context"
	"log"
	"os"

	"bench/shop"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

func searchProducts(ctx context.Context, _ mcp.CallToolRequest, in shop.Search) (shop.Page, error) {
	return shop.SearchProducts(ctx, in)
}

func getOrderStatus(ctx context.Context, _ mcp.CallToolRequest, in shop.Order) (shop.Status, error) {
	return shop.GetOrderStatus(ctx, in)
}

func main() {
	s := server.NewMCPServer("shop", "1.0.0", server.WithToolCapabilities(false))
	s.AddTool(mcp.NewTool("search_products",
		mcp.WithDescription("Find products by words, with their prices."),
		mcp.WithInputSchema[shop.Search](),
		mcp.WithOutputSchema[shop.Page](),
	), mcp.NewStructuredToolHandler(searchProducts))
	s.AddTool(mcp.NewTool("get_order_status",
		mcp.WithDescription("The status of one order."),
		mcp.WithInputSchema[shop.Order](),
		mcp.WithOutputSchema[shop.Status](),
	), mcp.NewStructuredToolHandler(getOrderStatus))

	log.Fatal(server.NewStreamableHTTPServer(s, server.WithStateLess(true)).Start("127.0.0.1:" + os.Getenv("PORT")))
}
