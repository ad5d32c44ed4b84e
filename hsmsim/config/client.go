package config

import (
	"encoding/json"
	"strconv"
)

// unconfigured is the hostname of a shipped file. What the original ships there is not known.
const unconfigured = "127.0.0.1"

// Client is cloudhsm_client.cfg: what the client daemon and key_mgmt_util read. Fields that this package
// does not know survive reading and writing.
type Client struct {
	doc          object
	hostname     string
	minimumNodes int
}

// ClientPath is where configure and the client daemon expect the file.
func ClientPath(prefix string) string {
	return under(prefix, "/etc/cloudhsm_client.cfg")
}

// DefaultClient returns the file as shipped, with the paths of prefix. Its hostname is the loopback address
// until configure puts that of an HSM in its place.
func DefaultClient(prefix string) *Client {
	doc := object{
		"client": object{
			"CriticalAlertScript":         "",
			"create_object_minimum_nodes": number(1),
			"daemon_id":                   number(1),
			"e2e_owner_crt_path":          under(prefix, "/etc/customerCA.crt"),
			"enable_3des_key_reuse":       "no",
			"log_level":                   "INFO",
			"reconnect_attempts":          number(-1),
			"reconnect_interval":          number(3),
			"socket_type":                 "UNIXSOCKET",
			"sslreneg":                    number(0),
			"tcp_port":                    number(1111),
			"workers":                     number(1),
			"zoneid":                      number(0),
		},
		"dualfactor": object{
			"certificate":               "certificate.crt",
			"dualfactor_ch_ssl_ciphers": "default",
			"dualfactor_ssl":            "yes",
			"enable":                    "no",
			"pkey":                      "pkey.pem",
			"port":                      number(2225),
		},
		"loadbalance": object{
			"enable":                   "yes",
			"prefer_same_zone":         "no",
			"relative_idleness_weight": number(1),
			"sucess_rate_weight":       number(1), // the original's spelling
		},
		"server": object{
			"hostname": unconfigured,
			"port":     number(2223),
		},
		"ssl": object{
			"CApath":                under(prefix, "/etc/certs"),
			"certificate":           under(prefix, "/etc/client.crt"),
			"pkey":                  under(prefix, "/etc/client.key"),
			"server_ch_ssl_ciphers": "default",
			"server_ssl":            "yes",
		},
	}
	return &Client{doc: doc, hostname: unconfigured, minimumNodes: 1}
}

// ReadClient reads and checks a file of at most 1 MiB. Its errors name the file, and the line or the field.
// A file that is not there is fs.ErrNotExist.
func ReadClient(path string) (*Client, error) {
	return read(path, parseClient)
}

func parseClient(data []byte) (*Client, error) {
	doc, err := parse(data)
	if err != nil {
		return nil, err
	}
	file := view{fields: doc, err: &err}
	file.section("ssl")
	c := &Client{
		doc:          doc,
		hostname:     file.section("server").address("hostname"),
		minimumNodes: max(1, file.section("client").number("create_object_minimum_nodes", 1)),
	}
	if err != nil {
		return nil, err
	}
	return c, nil
}

// Hostname is the address of the HSM through which the client daemon finds the others.
func (c *Client) Hostname() string {
	return c.hostname
}

// SetHostname replaces that address, which is expected to have passed CheckAddress.
func (c *Client) SetHostname(address string) {
	c.hostname = address
	c.section("server")["hostname"] = address
}

// MinimumNodes is the number of HSMs that must have a new key before its creation counts as success
// (create_object_minimum_nodes): 1 where the file has no number or one below.
func (c *Client) MinimumNodes() int {
	return c.minimumNodes
}

// SetMinimumNodes replaces that number.
func (c *Client) SetMinimumNodes(n int) {
	c.minimumNodes = n
	c.section("client")["create_object_minimum_nodes"] = number(n)
}

// SetCertificate replaces the paths of the client certificate and its private key.
func (c *Client) SetCertificate(certificate, pkey string) {
	ssl := c.section("ssl")
	ssl["certificate"], ssl["pkey"] = certificate, pkey
}

// section returns an object of the file, a new one where it is absent. That it is an object was checked at reading.
func (c *Client) section(name string) object {
	if _, present := c.doc[name]; !present {
		c.doc[name] = object{}
	}
	return c.doc[name].(object)
}

// Write replaces the file at path as a whole or not at all.
func (c *Client) Write(path string) error {
	return write(path, c.doc)
}

// number spells a number as a file that has been read holds it.
func number(n int) json.Number {
	return json.Number(strconv.Itoa(n))
}
