// Package jmespath is the query language of the aws program's --query, over values that keep the order of
// their keys (https://jmespath.org/specification.html). The libraries for Go work on Go maps and on floats
// alone: the order of keys and the difference of 1 and 1.0 would be lost on the way to the output.
package jmespath

import (
	"fmt"
	"strings"
)

// Expression is a query that has been read.
type Expression struct {
	root *node
}

// Error is an expression that cannot be read.
type Error struct {
	Text string
}

func (e *Error) Error() string { return e.Text }

// Parse reads an expression. Error: *Error.
func Parse(text string) (*Expression, error) {
	if text == "" {
		return nil, &Error{"Invalid JMESPath expression: cannot be empty."}
	}
	tokens, err := scan(text)
	if err != nil {
		return nil, err
	}
	p := &parser{text: text, tokens: tokens}
	root, err := p.expression(0)
	if err != nil {
		return nil, err
	}
	if p.current().kind != tokenEnd {
		return nil, p.fail(p.current(), "Unexpected token: %s", p.current().text)
	}
	return &Expression{root}, nil
}

// Search evaluates the expression on a value. What is not there is nil. Error: a function does not exist or
// does not take its arguments.
func (e *Expression) Search(v any) (any, error) {
	return e.root.eval(v)
}

// nodeKind is what a node of the syntax tree does.
type nodeKind int

const (
	nodeCurrent         nodeKind = iota // @
	nodeField                           // name
	nodeLiteral                         // `1`, 'a'
	nodeIndex                           // [1]
	nodeSlice                           // [1:2:3]
	nodeChain                           // left, then right on its result
	nodeProjection                      // right on every element of left
	nodeValueProjection                 // right on every value of left
	nodeFilter                          // right on every element of left that fulfils the third
	nodeFlatten                         // [] without its projection
	nodeList                            // [a, b]
	nodeHash                            // {a: b}; name holds the key of each child
	nodeOr
	nodeAnd
	nodeNot
	nodeCompare  // name holds the operator
	nodeFunction // name(children)
	nodeReference
)

// node is one node of the syntax tree.
type node struct {
	kind     nodeKind
	name     string
	names    []string // of nodeHash
	value    any      // of nodeLiteral
	index    int      // of nodeIndex
	slice    [3]*int  // of nodeSlice
	children []*node
}

// fail is the error at a token. At the end of the expression it says that there is too little of it.
func (p *parser) fail(t token, format string, args ...any) error {
	if t.kind == tokenEnd {
		return p.mark(t.at, "Invalid jmespath expression: Incomplete expression")
	}
	return p.failAnyhow(t, format, args...)
}

func (p *parser) failAnyhow(t token, format string, args ...any) error {
	return p.mark(t.at, "%s: Parse error at column %d, token \"%s\" (%s), for expression",
		fmt.Sprintf(format, args...), t.at, t.text, strings.ToUpper(t.kind.name()))
}

// mark is an error with the expression and a mark below a place in it.
func (p *parser) mark(at int, format string, args ...any) error {
	return &Error{fmt.Sprintf("%s:\n\"%s\"\n%s^", fmt.Sprintf(format, args...), p.text, strings.Repeat(" ", at+1))}
}
