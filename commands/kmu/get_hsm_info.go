package kmu

import (
	"context"
	"fmt"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// runGetHSMInfo shows the hardware of the home HSM.
func runGetHSMInfo(ctx context.Context, s *session, _ arguments) hsm.Code {
	d, code := cluster.OnHome(ctx, s.cluster(ctx), wire.Device, hsm.Done{})
	if code != hsm.Success {
		s.out.Printf(textDeviceFailure, uint32(code), code.Text())
		return code
	}
	line := func(name, format string, v any) { s.out.Printf("\t%-21s:"+format+"\n", name, v) }
	s.out.Print("\n")
	line("Label", "%.50s", d.Label)
	line("Model", "%s", d.Model)
	line("Serial Number", "%s", d.Serial)
	line("HSM Flags", "%d", d.Flags)
	line("FIPS state", "%s", fipsState(d.FIPSState))
	s.out.Print("\n")
	line("Manufacturer ID", " %s", d.Manufacturer)
	line("Device ID", "%s", d.DeviceID)
	line("Class Code", "%s", d.ClassCode)
	line("System vendor ID", "%s", d.SystemVendorID)
	line("SubSystem ID", "%s", d.SubSystemID)
	s.out.Print("\n\n")
	line("TotalPublicMemory", "%d", d.TotalPublicMemory)
	line("FreePublicMemory", "%d", d.FreePublicMemory)
	line("TotalPrivateMemory", "%d", d.TotalPrivateMemory)
	line("FreePrivateMemory", "%d", d.FreePrivateMemory)
	s.out.Print("\n")
	line("Hardware Major", "%s", d.HardwareMajor)
	line("Hardware Minor", "%s", d.HardwareMinor)
	s.out.Print("\n")
	line("Firmware Major", "%s", d.FirmwareMajor)
	line("Firmware Minor", "%s", d.FirmwareMinor)
	s.out.Print("\n")
	line("Temperature", "%d C", d.Temperature)
	s.out.Print("\n")
	line("Build Number", "%s", d.BuildNumber)
	s.out.Print("\n")
	line("Firmware ID", "%s", d.FirmwareID)
	s.out.Print("\n")
	return code
}

// fipsStates are the names of the FIPS states, from -1.
var fipsStates = [...]string{
	"zeroized",
	"non-FIPS mode with single factor authentication",
	"non-FIPS mode with two factor authentication(unsupported)",
	"FIPS mode with single factor authentication",
	"FIPS mode with two factor authentication",
}

// fipsState is a FIPS state with its name.
func fipsState(n int) string {
	name := ""
	if n >= -1 && n+1 < len(fipsStates) {
		name = fipsStates[n+1]
	}
	return fmt.Sprintf("%d [%s]", n, name)
}
