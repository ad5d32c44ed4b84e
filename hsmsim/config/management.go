package config

import (
	"errors"
	"maps"
)

const (
	defaultServerPort = 2225 // where an HSM listens for cloudhsm_mgmt_util
	// maxServers leaves room for a source and a destination cluster in one file, as syncKey needs them.
	maxServers = 2 * MaxMembers
)

// Management is cloudhsm_mgmt_util.cfg: the servers that cloudhsm_mgmt_util talks to, in file order.
// Fields that this package does not know survive reading and writing.
type Management struct {
	doc     object
	servers []Server // one for each object of doc's "servers"
}

// A Server is one HSM as cloudhsm_mgmt_util.cfg describes it.
type Server struct {
	Name          string // what results are printed with; the hostname where the file has none
	Hostname      string
	Port          int // 2225 where the file has none
	Enabled       bool
	OwnerCertPath string // certificate of the cluster's owner (customerCA.crt); empty where the file has none
}

// A Host is an HSM to be written into cloudhsm_mgmt_util.cfg.
type Host struct {
	Address string
	Name    string // the address where empty
}

// ManagementPath is where configure and cloudhsm_mgmt_util expect the file.
func ManagementPath(prefix string) string {
	return under(prefix, "/etc/cloudhsm_mgmt_util.cfg")
}

// DefaultManagement returns the file as shipped, with the paths of prefix: one server named "server1"
// (the old pages of the user guide show the name). Its hostname is unknown; the loopback address stands
// for it until configure puts a real one in its place.
func DefaultManagement(prefix string) *Management {
	server := object{
		"CAfile":      "",
		"CApath":      under(prefix, "/etc/certs"),
		"certificate": under(prefix, "/etc/client.crt"),
		"e2e_encryption": object{
			"enable":          "yes",
			"owner_cert_path": under(prefix, "/etc/customerCA.crt"),
		},
		"enable":      "yes",
		"hostname":    unconfigured,
		"name":        "server1",
		"pkey":        under(prefix, "/etc/client.key"),
		"port":        number(defaultServerPort),
		"server_ssl":  "yes",
		"ssl_ciphers": "",
	}
	m := &Management{doc: object{
		"scard": object{
			"certificate": "cert-sc",
			"enable":      "no",
			"pkey":        "pkey-sc",
			"port":        number(2225),
		},
		"servers": []any{server},
	}}
	m.servers = []Server{readServer(view{fields: server, err: new(error)})}
	return m
}

// ReadManagement reads and checks a file of at most 1 MiB. Its errors name the file, and the line or the field.
// A file that is not there is fs.ErrNotExist.
func ReadManagement(path string) (*Management, error) {
	return read(path, parseManagement)
}

func parseManagement(data []byte) (*Management, error) {
	doc, err := parse(data)
	if err != nil {
		return nil, err
	}
	m := &Management{doc: doc}
	for _, v := range (view{fields: doc, err: &err}).list("servers", maxServers) {
		m.servers = append(m.servers, readServer(v))
	}
	if err != nil {
		return nil, err
	}
	if len(m.servers) == 0 {
		return nil, errors.New("servers is empty, at least one is needed")
	}
	return m, nil
}

func readServer(v view) Server {
	s := Server{
		Hostname:      v.address("hostname"),
		Port:          v.numberIn("port", defaultServerPort, 1, 65535),
		Enabled:       v.yesNo("enable", true),
		OwnerCertPath: v.section("e2e_encryption").text("owner_cert_path", ""),
	}
	s.Name = v.text("name", s.Hostname)
	if len(s.Name) > maxAddress {
		v.fail("name", "has %d bytes, at most %d are allowed", len(s.Name), maxAddress)
	}
	return s
}

// Servers returns the servers that are enabled. The position in the result is the number of the server.
func (m *Management) Servers() []Server {
	var enabled []Server
	for _, s := range m.servers {
		if s.Enabled {
			enabled = append(enabled, s)
		}
	}
	return enabled
}

// SetServers replaces the servers by one for each host. Everything but name and hostname is taken from the
// first server that was there, except that a new server is enabled even where that one is not. Hosts are
// expected to have passed CheckAddress; without any host nothing changes.
func (m *Management) SetServers(hosts []Host) {
	if len(hosts) == 0 {
		return
	}
	first := m.objects()[0]
	objects := make([]any, len(hosts))
	servers := make([]Server, len(hosts))
	for i, h := range hosts {
		if h.Name == "" {
			h.Name = h.Address
		}
		o := maps.Clone(first)
		o["hostname"], o["name"], o["enable"] = h.Address, h.Name, "yes"
		s := m.servers[0]
		s.Hostname, s.Name, s.Enabled = h.Address, h.Name, true
		objects[i], servers[i] = o, s
	}
	m.doc["servers"], m.servers = objects, servers
}

// SetCertificate replaces the paths of the client certificate and its private key in every server.
func (m *Management) SetCertificate(certificate, pkey string) {
	for _, o := range m.objects() {
		o["certificate"], o["pkey"] = certificate, pkey
	}
}

// objects returns the servers as they stand in the file. That they are objects was checked at reading.
func (m *Management) objects() []object {
	var objects []object
	for _, item := range m.doc["servers"].([]any) {
		objects = append(objects, item.(object))
	}
	return objects
}

// Write replaces the file at path as a whole or not at all.
func (m *Management) Write(path string) error {
	return write(path, m.doc)
}
