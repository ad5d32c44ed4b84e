package kmu

import (
	"context"
	"fmt"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// curveNames are the curves by their number, from 1.
var curveNames = [...]string{
	"NID_X9_62_prime192v1", "NID_X9_62_prime256v1", "NID_sect163k1", "NID_sect163r2", "NID_sect233k1", "NID_sect233r1",
	"NID_sect283k1", "NID_sect283r1", "NID_sect409k1", "NID_sect409r1", "NID_sect571k1", "NID_sect571r1",
	"NID_secp224r1", "NID_secp384r1", "NID_secp521r1", "NID_secp256k1",
}

// listLine is a line of the lists of names and numbers.
const listLine = "      %-32s= %d\n"

// curveList is the list of curves under its heading.
func curveList() string {
	var b strings.Builder
	b.WriteString(textCurves + "\n")
	for i, name := range curveNames {
		fmt.Fprintf(&b, listLine, name, i+1)
	}
	return b.String()
}

// runListECCCurveIDs lists the curves, whether the HSMs' policy allows them or not.
func runListECCCurveIDs(_ context.Context, s *session, _ arguments) hsm.Code {
	s.out.Print(curveList())
	return hsm.Success
}
