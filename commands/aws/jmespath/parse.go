package jmespath

// power is how strongly a token binds what stands before it.
var power = map[tokenKind]int{
	tokenPipe: 1, tokenOr: 2, tokenAnd: 3,
	tokenEqual: 5, tokenUnequal: 5, tokenLess: 5, tokenAtMost: 5, tokenGreater: 5, tokenAtLeast: 5,
	tokenFlatten: 9, tokenStar: 20, tokenFilter: 21, tokenDot: 40, tokenNot: 45,
	tokenBrace: 50, tokenBracket: 55, tokenParen: 60,
}

// projectionStop ends what a projection takes along.
const projectionStop = 10

// maxDepth bounds the nesting of expressions.
const maxDepth = 500

type parser struct {
	text   string
	tokens []token
	place  int
	depth  int
}

func (p *parser) current() token { return p.tokens[p.place] }

// ahead is the kind of the token n places on.
func (p *parser) ahead(n int) tokenKind {
	return p.tokens[min(p.place+n, len(p.tokens)-1)].kind
}

func (p *parser) advance() token {
	t := p.tokens[p.place]
	if p.place < len(p.tokens)-1 {
		p.place++
	}
	return t
}

func (p *parser) expect(kind tokenKind) error {
	if t := p.current(); t.kind != kind {
		return p.fail(t, "Expecting: %s, got: %s", kind.name(), t.kind.name())
	}
	p.advance()
	return nil
}

func (p *parser) expression(right int) (*node, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, p.mark(p.current().at, "Invalid jmespath expression: nested deeper than %d", maxDepth)
	}
	defer func() { p.depth-- }()
	left, err := p.prefix(p.advance())
	for err == nil && right < power[p.current().kind] {
		left, err = p.infix(left, p.advance())
	}
	return left, err
}

// prefix reads what begins with a token.
func (p *parser) prefix(t token) (*node, error) {
	identity := &node{kind: nodeCurrent}
	switch t.kind {
	case tokenLiteral:
		return &node{kind: nodeLiteral, value: t.value}, nil
	case tokenName:
		return &node{kind: nodeField, name: t.text}, nil
	case tokenQuoted:
		if p.current().kind == tokenParen {
			open := p.current()
			open.at = t.at
			return nil, p.fail(open, "Quoted identifier not allowed for function names.")
		}
		return &node{kind: nodeField, name: t.value.(string)}, nil
	case tokenStar:
		return p.project(nodeValueProjection, identity, power[tokenStar])
	case tokenFilter:
		return p.filter(identity)
	case tokenFlatten:
		return p.project(nodeProjection, &node{kind: nodeFlatten, children: []*node{identity}}, power[tokenFlatten])
	case tokenBrace:
		return p.hash()
	case tokenParen:
		inner, err := p.expression(0)
		if err != nil {
			return nil, err
		}
		return inner, p.expect(tokenEndParen)
	case tokenNot:
		inner, err := p.expression(power[tokenNot])
		return &node{kind: nodeNot, children: []*node{inner}}, err
	case tokenAt:
		return identity, nil
	case tokenRef:
		inner, err := p.expression(power[tokenRef])
		return &node{kind: nodeReference, children: []*node{inner}}, err
	case tokenBracket:
		return p.bracket()
	}
	return nil, p.fail(t, "invalid token")
}

// bracket reads what follows a [ that begins an expression: an index, a slice, [*] or a list.
func (p *parser) bracket() (*node, error) {
	identity := &node{kind: nodeCurrent}
	switch {
	case p.ahead(0) == tokenNumber || p.ahead(0) == tokenColon:
		return p.index(identity)
	case p.ahead(0) == tokenStar && p.ahead(1) == tokenEndBrack:
		p.advance()
		p.advance()
		return p.project(nodeProjection, identity, power[tokenStar])
	}
	return p.list()
}

// infix reads what a token does with the expression before it.
func (p *parser) infix(left *node, t token) (*node, error) {
	binary := func(kind nodeKind, name string) (*node, error) {
		right, err := p.expression(power[t.kind])
		return &node{kind: kind, name: name, children: []*node{left, right}}, err
	}
	switch t.kind {
	case tokenDot:
		if p.current().kind == tokenStar {
			p.advance()
			return p.project(nodeValueProjection, left, power[tokenStar])
		}
		right, err := p.afterDot(power[tokenDot])
		return &node{kind: nodeChain, children: []*node{left, right}}, err
	case tokenPipe:
		return binary(nodeChain, "")
	case tokenOr:
		return binary(nodeOr, "")
	case tokenAnd:
		return binary(nodeAnd, "")
	case tokenEqual, tokenUnequal, tokenLess, tokenAtMost, tokenGreater, tokenAtLeast:
		return binary(nodeCompare, t.text)
	case tokenParen:
		return p.function(left)
	case tokenFilter:
		return p.filter(left)
	case tokenFlatten:
		return p.project(nodeProjection, &node{kind: nodeFlatten, children: []*node{left}}, power[tokenFlatten])
	case tokenBracket:
		if p.ahead(0) == tokenNumber || p.ahead(0) == tokenColon {
			return p.index(left)
		}
		if err := p.expect(tokenStar); err != nil {
			return nil, err
		}
		if err := p.expect(tokenEndBrack); err != nil {
			return nil, err
		}
		return p.project(nodeProjection, left, power[tokenStar])
	}
	return nil, p.fail(t, "Unexpected token: %s", t.text)
}

// project reads what a projection applies to each element.
func (p *parser) project(kind nodeKind, left *node, binding int) (*node, error) {
	right, err := p.projected(binding)
	return &node{kind: kind, children: []*node{left, right}}, err
}

func (p *parser) projected(binding int) (*node, error) {
	switch t := p.current(); {
	case power[t.kind] < projectionStop:
		return &node{kind: nodeCurrent}, nil
	case t.kind == tokenBracket || t.kind == tokenFilter:
		return p.expression(binding)
	case t.kind == tokenDot:
		p.advance()
		return p.afterDot(binding)
	default:
		return nil, p.fail(t, "syntax error")
	}
}

func (p *parser) afterDot(binding int) (*node, error) {
	switch t := p.current(); t.kind {
	case tokenName, tokenQuoted, tokenStar:
		return p.expression(binding)
	case tokenBracket:
		p.advance()
		return p.list()
	case tokenBrace:
		p.advance()
		return p.hash()
	default:
		return nil, p.failAnyhow(t, "Expecting: ['quoted_identifier', 'unquoted_identifier', 'lbracket', 'lbrace'], got: %s", t.kind.name())
	}
}

func (p *parser) filter(left *node) (*node, error) {
	condition, err := p.expression(0)
	if err != nil {
		return nil, err
	}
	if err := p.expect(tokenEndBrack); err != nil {
		return nil, err
	}
	right := &node{kind: nodeCurrent}
	if p.current().kind != tokenFlatten {
		if right, err = p.projected(power[tokenFilter]); err != nil {
			return nil, err
		}
	}
	return &node{kind: nodeFilter, children: []*node{left, right, condition}}, nil
}

// index reads a number or a slice up to its ]; a slice is a projection.
func (p *parser) index(left *node) (*node, error) {
	if p.ahead(0) == tokenNumber && p.ahead(1) == tokenEndBrack {
		n := p.advance().value.(int)
		p.advance()
		return &node{kind: nodeChain, children: []*node{left, {kind: nodeIndex, index: n}}}, nil
	}
	s := &node{kind: nodeSlice}
	for part := 0; ; {
		switch t := p.advance(); {
		case t.kind == tokenEndBrack:
			return p.project(nodeProjection, &node{kind: nodeChain, children: []*node{left, s}}, power[tokenStar])
		case t.kind == tokenColon && part < 2:
			part++
		case t.kind == tokenNumber && s.slice[part] == nil:
			n := t.value.(int)
			s.slice[part] = &n
		default:
			return nil, p.fail(t, "syntax error")
		}
	}
}

func (p *parser) list() (*node, error) {
	n := &node{kind: nodeList}
	for {
		e, err := p.expression(0)
		if err != nil {
			return nil, err
		}
		n.children = append(n.children, e)
		if p.current().kind == tokenEndBrack {
			p.advance()
			return n, nil
		}
		if err := p.expect(tokenComma); err != nil {
			return nil, err
		}
	}
}

func (p *parser) hash() (*node, error) {
	n := &node{kind: nodeHash}
	for {
		key := p.advance()
		switch key.kind {
		case tokenName:
			n.names = append(n.names, key.text)
		case tokenQuoted:
			n.names = append(n.names, key.value.(string))
		default:
			return nil, p.failAnyhow(key, "Expecting: ['quoted_identifier', 'unquoted_identifier'], got: %s", key.kind.name())
		}
		if err := p.expect(tokenColon); err != nil {
			return nil, err
		}
		e, err := p.expression(0)
		if err != nil {
			return nil, err
		}
		n.children = append(n.children, e)
		if p.current().kind == tokenEndBrace {
			p.advance()
			return n, nil
		}
		if err := p.expect(tokenComma); err != nil {
			return nil, err
		}
	}
}

func (p *parser) function(name *node) (*node, error) {
	if name.kind != nodeField {
		called := p.tokens[max(0, p.place-2)]
		return nil, p.fail(called, "Invalid function name '%s'", called.text)
	}
	n := &node{kind: nodeFunction, name: name.name}
	for p.current().kind != tokenEndParen {
		e, err := p.expression(0)
		if err != nil {
			return nil, err
		}
		n.children = append(n.children, e)
		if p.current().kind == tokenComma {
			p.advance()
		} else if p.current().kind != tokenEndParen {
			return nil, p.fail(p.current(), "Expecting: comma, got: %s", p.current().kind.name())
		}
	}
	p.advance()
	return n, nil
}
