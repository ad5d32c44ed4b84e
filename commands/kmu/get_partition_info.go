package kmu

import (
	"context"
	"crypto/sha1"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// runGetPartitionInfo shows the limits of the home HSM's partition and what is in use. Values
// without a source in the HSM are invented: no console shows them.
func runGetPartitionInfo(ctx context.Context, s *session, _ arguments) hsm.Code {
	app := s.cluster(ctx)
	p, code := cluster.OnHome(ctx, app, wire.Partition, hsm.Done{})
	if code != hsm.Success {
		s.out.Printf(textNoPartition, uint32(code), code.Text())
		return code
	}
	line := func(name, value string) { s.out.Printf("\t%-28s:%s\n", name, value) }
	number := func(name string, n int) { s.out.Printf("\t%-28s:%5d \n", name, n) }
	s.out.Print("\n\tGetting Partition Info\n")
	line("name", p.Name+"  ")
	line("status", "occupied  ")
	line("FIPS state", fipsState(p.FIPSState))
	number("MaxUsers", p.MaxUsers)
	number("AvailableUsers", p.MaxUsers-p.Users)
	number("MaxKeys", p.MaxKeys)
	number("OccupiedTokenKeys", p.TokenKeys)
	number("OccupiedSessionKeys", p.SessionKeys)
	number("TotalSSLCtxs", 0)
	number("OccupiedSSLCtxs", 0)
	number("MaxAcclrDevCount", 1)
	number("SessionCount", p.Sessions)
	number("MaxPswdLen", p.MaxPassword)
	number("MinPswdLen", p.MinPassword)
	number("CloningMethod", 1)
	number("KekMethod", 0)
	number("CertAuth", 0)
	number("BlockDeleteUserWithKeys", 0)
	number("TwoKeyBackup", 0)
	number("Nvalue", 0)
	number("MValue[BACKUP_BY_CO]", 1)
	number("MValue[     CLONING]", 1)
	number("MValue[   USER_MGMT]", int(p.Quorum[hsm.UserManagement]))
	number("MValue[     MISC_CO]", int(p.Quorum[hsm.MiscOfficer]))
	number("Node ID", p.Node)
	line("Group ID", " ")
	s.out.Print("\tExport with user keys\n")
	line(" (Other than KEK)", " Enabled ")
	line("MCO backup/restore", " Disabled ")
	line("Audit Log Status", " Not Finalized ")
	s.out.Printf("\t%-28s: %x\n\n", "PCO fixed key fingerprint", sha1.Sum(app.HomeCertificate()))
	return code
}
