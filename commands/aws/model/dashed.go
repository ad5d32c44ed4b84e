package model

import "strings"

// Dashed makes the name on the command line of a name of the API: CloudHsmClusterId becomes
// cloud-hsm-cluster-id, AWSAccountId aws-account-id, Ipv6CidrBlock ipv6-cidr-block.
func Dashed(name string) string {
	var b strings.Builder
	for i := 0; i < len(name); i++ {
		c := name[i]
		if upper(c) && i > 0 {
			endOfCapitals := i+1 < len(name) && lower(name[i+1])
			if lower(name[i-1]) || name[i-1] >= '0' && name[i-1] <= '9' || endOfCapitals {
				b.WriteByte('-')
			}
		}
		b.WriteByte(c)
	}
	return strings.ToLower(b.String())
}

func upper(c byte) bool { return c >= 'A' && c <= 'Z' }
func lower(c byte) bool { return c >= 'a' && c <= 'z' }
