package hsm

import "context"

// Device is what getHSMInfo shows of the hardware.
type Device struct {
	Label, Model, Serial                        string
	Flags, FIPSState                            int
	Manufacturer, DeviceID, ClassCode           string
	SystemVendorID, SubSystemID                 string
	TotalPublicMemory, FreePublicMemory         int
	TotalPrivateMemory, FreePrivateMemory       int
	HardwareMajor, HardwareMinor, FirmwareMajor string
	FirmwareMinor, BuildNumber, FirmwareID      string
	Temperature                                 int // degrees Celsius
}

// FIPSMode is the FIPS state of every AWS cluster: FIPS mode with single factor authentication.
const FIPSMode = 2

// Device tells about the hardware. It needs no login.
func (s *Session) Device(context.Context, Done) (Device, error) {
	var d Device
	return d, s.read(func(h *HSM) error {
		d = Device{
			Label: "cavium", Model: "NITROX-III CNN35XX-NFBE", Serial: h.serial(), FIPSState: FIPSMode,
			DeviceID: "10", ClassCode: "100000", SystemVendorID: "177D", SubSystemID: "10",
			TotalPublicMemory: 560596, FreePublicMemory: max(0, 560596-memoryPerKey*len(h.keys)),
			HardwareMajor: "3", HardwareMinor: "0", FirmwareMajor: "2", FirmwareMinor: "03",
			BuildNumber: "13", FirmwareID: "CNN35XX-NFBE-FW-2.03-13", Temperature: Temperature,
		}
		return nil
	})
}

// Temperature is that of every HSM, degrees Celsius.
const Temperature = 56

// memoryPerKey makes the free memory of the device go down with its keys; 3,300 keys nearly fill it.
const memoryPerKey = 160

// serial is made from the HSM id, so that it stays and differs from HSM to HSM.
func (h *HSM) serial() string {
	const digits = "0123456789"
	n := 0
	for _, c := range h.identity.ID {
		n = (n*31 + int(c)) % 1000000
	}
	b := []byte("3.0A0101-ICM000000")
	for i := len(b) - 1; n > 0; i, n = i-1, n/10 {
		b[i] = digits[n%10]
	}
	return string(b)
}

// Partition is what getPartitionInfo and the login state need of the HSM.
type Partition struct {
	Name        string // the HSM id
	Node        int
	FIPSState   int
	Activated   bool // it has an officer
	MaxUsers    int
	Users       int
	MaxKeys     int
	TokenKeys   int // tombstoned ones too
	SessionKeys int
	Sessions    int
	Quorum      map[Service]uint8 // approvals that a service needs, 1 for none
	LoginState  LoginState
	MaxPassword int // bytes
	MinPassword int
}

// Partition tells about the HSM's partition. It needs no login.
func (s *Session) Partition(context.Context, Done) (Partition, error) {
	var p Partition
	return p, s.read(func(h *HSM) error {
		p = h.partition()
		p.LoginState = s.loginState()
		return nil
	})
}

func (h *HSM) partition() Partition {
	p := Partition{Name: h.identity.ID, Node: h.identity.Node, FIPSState: FIPSMode, MaxUsers: MaxUsers, Users: len(h.users),
		MaxKeys: h.options.MaxKeys, Sessions: len(h.sessions), MaxPassword: MaxPassword, MinPassword: MinPassword,
		Quorum: map[Service]uint8{UserManagement: h.m(UserManagement), MiscOfficer: h.m(MiscOfficer)}}
	for _, u := range h.users {
		p.Activated = p.Activated || u.record.Type.officer()
	}
	for _, k := range h.order {
		if k.session != nil {
			p.SessionKeys++
		} else {
			p.TokenKeys++
		}
	}
	return p
}

// Members lists the HSMs of the cluster. It needs no login.
func (s *Session) Members(context.Context, Done) ([]Member, error) {
	if s.hsm.options.Members == nil {
		return []Member{{s.hsm.identity.Node, s.hsm.identity.Address}}, nil
	}
	return s.hsm.options.Members(), nil
}
