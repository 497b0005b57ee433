// Command client lets tests/clients/play.ts drive the official Go SDK: a command in JSON on each line of stdin, its
// answer on a line of stdout. The program ends when stdin does.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"log"
	"os"
	"os/exec"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// command has what its kind needs: "connect" the server, a call the tool.
type command struct {
	Do         string
	Server     server
	CanBeAsked bool
	Tool       string
	Arguments  map[string]any
	Answer     mcp.ElicitResult
}

// server is either a program, or an address.
type server struct {
	Command string
	Args    []string
	Env     map[string]string
	URL     string
}

// outcome is what the client makes of a result.
type outcome struct {
	Text      *string  `json:"text"`
	Structure any      `json:"structure"`
	Failed    bool     `json:"failed"`
	Questions []string `json:"questions"`
	err       error
}

// user answers what is asked as play.ts says.
type user struct {
	answer    mcp.ElicitResult
	questions []string
}

func (u *user) reply(_ context.Context, request *mcp.ElicitRequest) (*mcp.ElicitResult, error) {
	u.questions = append(u.questions, request.Params.Message)
	return &u.answer, nil
}

func (s server) transport() mcp.Transport {
	if s.URL != "" {
		return &mcp.StreamableClientTransport{Endpoint: s.URL}
	}
	program := exec.Command(s.Command, s.Args...)
	for name, value := range s.Env {
		program.Env = append(program.Env, name+"="+value)
	}
	return &mcp.CommandTransport{Command: program}
}

func (u *user) call(ctx context.Context, session *mcp.ClientSession, c command) outcome {
	u.answer, u.questions = c.Answer, []string{}
	result, err := session.CallTool(ctx, &mcp.CallToolParams{Name: c.Tool, Arguments: c.Arguments})
	if err != nil {
		text := err.Error()
		return outcome{Text: &text, Failed: true, Questions: u.questions, err: err}
	}
	ended := outcome{Structure: result.StructuredContent, Failed: result.IsError, Questions: u.questions}
	for _, content := range result.Content {
		if text, isText := content.(*mcp.TextContent); isText {
			ended.Text = &text.Text
		}
	}
	return ended
}

func (u *user) connect(ctx context.Context, c command) (*mcp.ClientSession, error) {
	options := &mcp.ClientOptions{}
	if c.CanBeAsked {
		options.ElicitationHandler = u.reply
	}
	client := mcp.NewClient(&mcp.Implementation{Name: "go-sdk", Version: "1.8.0"}, options)
	return client.Connect(ctx, c.Server.transport(), nil)
}

func toolNames(ctx context.Context, session *mcp.ClientSession) []string {
	names := []string{}
	for tool, err := range session.Tools(ctx, nil) {
		check(err)
		names = append(names, tool.Name)
	}
	return names
}

func main() {
	ctx := context.Background()
	u := &user{}
	var session *mcp.ClientSession
	var cancel context.CancelFunc
	begun := make(chan outcome, 1)
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		var c command
		check(json.Unmarshal(lines.Bytes(), &c))
		answer := any(struct{}{})
		var err error
		switch c.Do {
		case "connect":
			session, err = u.connect(ctx, c)
		case "list":
			answer = map[string]any{"tools": toolNames(ctx, session)}
		case "call":
			answer = u.call(ctx, session, c)
		case "begin":
			var calling context.Context
			calling, cancel = context.WithCancel(ctx)
			go func() { begun <- u.call(calling, session, c) }()
		case "cancel":
			cancel()
			answer = map[string]any{"cancelled": errors.Is((<-begun).err, context.Canceled)}
		case "close":
			err = session.Close()
		}
		check(err)
		check(json.NewEncoder(os.Stdout).Encode(answer))
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
