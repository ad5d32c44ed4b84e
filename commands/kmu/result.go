package kmu

import (
	"github.com/hsmlab/hsmlab/commands/tool"
	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// printer prints what all commands have in common.
type printer struct {
	out    *tool.Output
	family *family
	indent string
}

// atLogin is the printer of loginHSM and logoutHSM, which the classic generation prints without indentation.
func (p printer) atLogin() printer {
	p.indent = p.family.loginIndent
	return p
}

// result prints the result line of a vendor function and returns its code.
func (p printer) result(function string, code hsm.Code) hsm.Code {
	format := p.family.failure
	if code == hsm.Success {
		format = p.family.success
	}
	p.out.Printf(format, p.indent, function, uint32(code), resultText(code))
	return code
}

// resultText is the text of a result line. There, and nowhere else, 0xc6 ends in a full stop (guide, deleteKey).
func resultText(code hsm.Code) string {
	if code == hsm.KeyAccessDenied {
		return code.Text() + "."
	}
	return code.Text()
}

// block prints the cluster block: a line for each node that took part. Where the client daemon answered by
// itself there are no nodes and there is no block; an empty list stands for a request that reached no node,
// whose heading the classic generation prints alone.
func (p printer) block(nodes []cluster.NodeStatus) {
	if nodes == nil || len(nodes) == 0 && !p.family.bareHeading {
		return
	}
	p.out.Printf("\n%s%s\n", p.indent, p.family.heading)
	for _, n := range nodes {
		p.out.Printf(p.family.node, p.indent, n.Node, uint32(n.Code), n.Code.Text())
	}
}

// outcome prints result line and block, and returns the code.
func (p printer) outcome(function string, o cluster.Outcome) hsm.Code {
	p.result(function, o.Code)
	p.block(o.Nodes)
	return o.Code
}
