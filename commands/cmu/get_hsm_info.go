package cmu

import (
	"context"
	"fmt"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

const (
	hsmInfoServer = "                *** Server %d HSM Info ***\n\n"
	hsmInfoRow    = "        %-21s:%v\n"
	fipsModeName  = " [FIPS mode with single factor authentication]"
)

func getHSMInfo(ctx context.Context, c *console, _ []string) error {
	c.heading(textHSMInfo)
	for a := range everywhere(ctx, c, wire.Device, hsm.Done{}) {
		if !succeeded(c, "getHSMInfo", a) {
			continue
		}
		if c.server == nil {
			c.printf(hsmInfoServer, a.Server.Number)
		}
		c.printDevice(a.Value)
	}
	return nil
}

func (c *console) printDevice(d hsm.Device) {
	fips := fmt.Sprint(d.FIPSState)
	if d.FIPSState == hsm.FIPSMode {
		fips += fipsModeName
	}
	rows := []struct {
		name  string // empty for an empty line
		value any
	}{
		{"Label", d.Label}, {"Model", d.Model}, {},
		{"Serial Number", d.Serial}, {"HSM Flags", d.Flags}, {"FIPS state", fips}, {},
		{"Manufacturer ID", d.Manufacturer}, {"Device ID", d.DeviceID}, {"Class Code", d.ClassCode},
		{"System vendor ID", d.SystemVendorID}, {"SubSystem ID", d.SubSystemID}, {}, {},
		{"TotalPublicMemory", d.TotalPublicMemory}, {"FreePublicMemory", d.FreePublicMemory},
		{"TotalPrivateMemory", d.TotalPrivateMemory}, {"FreePrivateMemory", d.FreePrivateMemory}, {},
		{"Hardware Major", d.HardwareMajor}, {"Hardware Minor", d.HardwareMinor}, {},
		{"Firmware Major", d.FirmwareMajor}, {"Firmware Minor", d.FirmwareMinor}, {},
		{"Temperature", fmt.Sprintf("%d C", d.Temperature)}, {},
		{"Build Number", d.BuildNumber}, {},
		{"Firmware ID", d.FirmwareID}, {},
	}
	for _, r := range rows {
		if r.name == "" {
			c.print("\n")
			continue
		}
		c.printf(hsmInfoRow, r.name, r.value)
	}
}
