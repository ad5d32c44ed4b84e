package kmu

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// runGetAttribute writes one attribute of a key, or all, to a file.
func runGetAttribute(ctx context.Context, s *session, a arguments) hsm.Code {
	const function = "Cfm3GetAttribute"
	r := hsm.AttributeRequest{Handle: a.key("-o"), ID: hsm.AttributeID(a.number("-a"))}
	list, code := cluster.OnHome(ctx, s.cluster(ctx), wire.GetAttribute, r)
	if code != hsm.Success {
		return s.result(function, code)
	}
	all := r.ID == hsm.AttrAll
	if all {
		list = s.family.dumped(list)
		s.out.Printf(s.family.allAttributes, s.family.dumpSize(list), len(list))
	}
	if err := s.writeFile(a.text("-out"), []byte(s.family.dump(list, all))); err != nil {
		s.out.Print(textFileNotOpened)
		return s.result(function, hsm.InvalidArguments)
	}
	s.out.Printf(s.family.attributeFile, a.text("-out"))
	if a.has("-attest") {
		s.attest(ctx, r.Handle)
		s.out.Print(textAttested)
		s.attest(ctx, r.Handle)
	}
	return s.result(function, code)
}

// attributePrefix stands before every attribute's name.
const attributePrefix = "OBJ_ATTR_"

// laterAttributes are those that a dump of the classic tool does not have.
var laterAttributes = map[hsm.AttributeID]bool{
	hsm.AttrTrusted: true, hsm.AttrWrapWithTrusted: true, hsm.AttrDestroyable: true, hsm.AttrDerive: true,
	hsm.AttrAlwaysSensitive: true, hsm.AttrNeverExtractable: true,
}

// dumped are the attributes of a key that a dump of all has.
func (f *family) dumped(list []hsm.Attribute) []hsm.Attribute {
	if f.dumpAll {
		return list
	}
	var kept []hsm.Attribute
	for _, at := range list {
		if !laterAttributes[at.ID] {
			kept = append(kept, at)
		}
	}
	return kept
}

// Sizes in the total that is reported for a dump, bytes. They fit all totals in the guide.
const (
	attributeHeader = 8
	textSize        = 128 // of label and id, whatever their length
)

// dumpSize is the size that is reported for a dump.
func (f *family) dumpSize(list []hsm.Attribute) int {
	size := f.dumpHeader
	for _, at := range list {
		size += attributeHeader
		switch at.ID.Kind() {
		case hsm.KindText:
			size += textSize
		case hsm.KindBytes:
			size += len(at.Bytes)
		case hsm.KindNumber:
			size += 4
		default:
			size++
		}
	}
	return size
}

// dump is the text of the file: for each attribute a line with the name and the value below it.
func (f *family) dump(list []hsm.Attribute, all bool) string {
	var b strings.Builder
	for _, at := range list {
		fmt.Fprintf(&b, "%s%s\n%s\n", attributePrefix, at.ID.Name(), f.dumpValue(at, all))
	}
	return b.String()
}

func (f *family) dumpValue(at hsm.Attribute, all bool) string {
	switch kind := at.ID.Kind(); {
	case kind == hsm.KindText:
		return string(at.Bytes)
	case at.ID == hsm.AttrModulus:
		return f.dumpModulus(at.Bytes)
	case kind == hsm.KindBytes:
		return "0x" + hex.EncodeToString(at.Bytes)
	case all && kind != hsm.KindNumber:
		return fmt.Sprintf("0x%02x", at.Number)
	}
	return fmt.Sprintf("0x%08x", at.Number)
}

// dumpLine is how many characters of a modulus stand on a line.
const dumpLine = 80

// dumpModulus writes an RSA modulus or, uncompressed, the public point of an EC key.
func (f *family) dumpModulus(modulus []byte) string {
	digits := f.dumpPrefix + hex.EncodeToString(modulus)
	if point := len(modulus)%2 == 1 && modulus[0] == 4; point && !f.dumpBreaksPoint {
		return digits
	}
	var lines []string
	for len(digits) > dumpLine {
		lines = append(lines, digits[:dumpLine])
		digits = digits[dumpLine:]
	}
	return strings.Join(append(lines, digits), "\n")
}
