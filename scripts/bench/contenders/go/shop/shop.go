// Package shop has what both contenders in Go register: the types of the two tools, and a GET from Django.
package shop

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
)

type Search struct {
	Query string `json:"query" jsonschema:"Words to look for"`
	Limit int    `json:"limit,omitempty" jsonschema:"At most so many products"`
}
type Order struct {
	OrderID string `json:"order_id" jsonschema:"The number of the order"`
}

type Price struct {
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
}
type Product struct {
	ProductID string `json:"product_id"`
	Name      string `json:"name"`
	Category  string `json:"category"`
	Price     Price  `json:"price"`
	Available bool   `json:"available"`
	URL       string `json:"url"`
	Image     string `json:"image"`
}
type Page struct {
	Count    int       `json:"count"`
	Next     *string   `json:"next"`
	Previous *string   `json:"previous"`
	Results  []Product `json:"results"`
}
type Status struct {
	OrderID           string   `json:"order_id"`
	Status            string   `json:"status"`
	PlacedAt          string   `json:"placed_at"`
	UpdatedAt         string   `json:"updated_at"`
	EstimatedDelivery string   `json:"estimated_delivery"`
	TrackingIDs       []string `json:"tracking_ids"`
}

var (
	base   = os.Getenv("DJANGO_API_BASE")
	client = newClient()
)

// newClient keeps connections to Django open under load: Go keeps two to a host by default.
func newClient() *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 100
	return &http.Client{Transport: transport}
}

func get[T any](ctx context.Context, path string) (out T, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, base+path, nil)
	if err != nil {
		return out, err
	}
	answer, err := client.Do(request)
	if err != nil {
		return out, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return out, fmt.Errorf("the shop answered %d", answer.StatusCode)
	}
	err = json.NewDecoder(answer.Body).Decode(&out)
	return out, err
}

func SearchProducts(ctx context.Context, in Search) (Page, error) {
	limit := in.Limit
	if limit == 0 {
		limit = 10
	}
	query := url.Values{"q": {in.Query}, "limit": {strconv.Itoa(limit)}}
	return get[Page](ctx, "/api/products/search/?"+query.Encode())
}

func GetOrderStatus(ctx context.Context, in Order) (Status, error) {
	return get[Status](ctx, "/api/orders/"+url.PathEscape(in.OrderID)+"/status/")
}
