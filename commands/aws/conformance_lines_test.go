package aws

import "strings"

// Answers of the services.
const (
	aKey = `{"KeyMetadata":{"Zork":1,"KeyId":"k","Arn":"arn:aws:kms:us-east-1:111122223333:key/k","Enabled":true,"AWSAccountId":"111122223333",
		"CreationDate":1499288695.918,"Description":"","DeletionDate":1.5688944E9,"KeyState":"Enabled","Origin":"AWS_CLOUDHSM","CustomKeyStoreId":"cks-1",
		"EncryptionAlgorithms":["SYMMETRIC_DEFAULT","X"],"MultiRegion":false,"MultiRegionConfiguration":{"PrimaryKey":{"Region":"r","Arn":"a"},"ReplicaKeys":[]}}}`
	keyPage1 = `{"Truncated":true,"NextMarker":"m1","Keys":[{"KeyId":"1","KeyArn":"a1"},{"KeyId":"2","KeyArn":"a2"}]}`
	keyPage2 = `{"Truncated":false,"Keys":[{"KeyId":"3","KeyArn":"a3"}]}`
	stores   = `{"CustomKeyStores":[{"CustomKeyStoreId":"cks-1234567890abcdef0","CustomKeyStoreName":"ExampleKeyStore","CloudHsmClusterId":"cluster-1a23b4cdefg",
		"TrustAnchorCertificate":"-----BEGIN CERTIFICATE-----\nMII\n","ConnectionState":"FAILED","ConnectionErrorCode":"INVALID_CREDENTIALS","CreationDate":1499288695.918,"CustomKeyStoreType":"AWS_CLOUDHSM"},
		{"CustomKeyStoreId":"cks-2","CustomKeyStoreName":"Other","ConnectionState":"CONNECTED","CreationDate":1499288695}],"Truncated":false}`
	aliases  = `{"Aliases":[{"AliasName":"alias/a","AliasArn":"arn","TargetKeyId":"k","CreationDate":1.5E9,"LastUpdatedDate":1500000000.5},{"AliasName":"alias/b","AliasArn":"arn2"}],"Truncated":false}`
	clusters = `{"Clusters":[{"BackupPolicy":"DEFAULT","BackupRetentionPolicy":{"Type":"DAYS","Value":"90"},"VpcId":"vpc-50ae0636","SubnetMapping":{"us-west-2b":"subnet-49a1bc00","us-west-2a":"subnet-fd54af9b"},
		"SecurityGroup":"sg-6cb2c216","HsmType":"hsm1.medium","Certificates":{"ClusterCsr":"-----BEGIN\nAAA\n-----END\n","HsmCertificate":"x"},"State":"ACTIVE",
		"Hsms":[{"HsmId":"hsm-1","EniIp":"10.0.1.12","AvailabilityZone":"us-west-2a","ClusterId":"c","EniId":"eni-1","SubnetId":"s","State":"ACTIVE"},{"HsmId":"hsm-2","State":"ACTIVE","StateMessage":"HSM created."}],
		"ClusterId":"cluster-igklspoyj5v","CreateTimestamp":1502423370.069}]}`
	backups = `{"Backups":[{"ClusterId":"cluster-1a23b4cdefg","BackupId":"backup-9g87f6edcba","CreateTimestamp":1536667238.328,"BackupState":"READY"},
		{"ClusterId":"cluster-1a23b4cdefg","BackupId":"backup-2","CreateTimestamp":1536667239,"BackupState":"PENDING_DELETION","DeleteTimestamp":1.6E9}]}`
	events = `{"Events":[{"EventId":"e1","EventName":"DeleteKey","ReadOnly":"false","EventTime":1634846252,"EventSource":"kms.amazonaws.com","Username":"x","Resources":[{"ResourceType":"AWS::KMS::Key","ResourceName":"arn"}],
		"CloudTrailEvent":"{\"eventVersion\":\"1.08\"}"}]}`
	logEvents = `{"events":[{"timestamp":1513717277140,"message":"Time: 12/19/17\nSequence No : 0x1\n","ingestionTime":1513717277141}],"nextForwardToken":"f/1","nextBackwardToken":"b/1"}`
	identity  = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/Alice</Arn><UserId>AIDA</UserId><Account>111122223333</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GetCallerIdentityResponse>`
	metrics   = `<ListMetricsResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/"><ListMetricsResult><Metrics><member><Dimensions><member><Name>ClusterId</Name><Value>c</Value></member></Dimensions><MetricName>HsmUnhealthy</MetricName><Namespace>AWS/CloudHSM</Namespace></member><member><MetricName>HsmTemperature</MetricName><Namespace>AWS/CloudHSM</Namespace><Dimensions/></member></Metrics></ListMetricsResult></ListMetricsResponse>`
	points    = `<GetMetricStatisticsResponse><GetMetricStatisticsResult><Datapoints><member><Unit>Count</Unit><Average>3.0</Average><Maximum>1e20</Maximum><Timestamp>2017-07-05T21:04:00Z</Timestamp></member><member><Unit>Count</Unit><Average>3.5</Average><Timestamp>2017-07-05T21:05:00.5Z</Timestamp></member></Datapoints><Label>HsmKeysTokenOccupied</Label></GetMetricStatisticsResult></GetMetricStatisticsResponse>`
	series    = `<GetMetricDataResponse><GetMetricDataResult><MetricDataResults><member><Id>m1</Id><Label>l</Label><Timestamps><member>2017-07-05T21:04:00Z</member><member>2017-07-05T21:03:00Z</member></Timestamps><Values><member>1.0</member><member>2</member></Values><StatusCode>Complete</StatusCode></member></MetricDataResults><Messages/></GetMetricDataResult></GetMetricDataResponse>`
	subnets   = `<DescribeSubnetsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><subnetSet><item><subnetId>subnet-1</subnetId><state>available</state><vpcId>vpc-1</vpcId><cidrBlock>10.0.1.0/28</cidrBlock><availableIpAddressCount>11</availableIpAddressCount><availabilityZone>us-east-1a</availabilityZone><defaultForAz>false</defaultForAz><mapPublicIpOnLaunch>true</mapPublicIpOnLaunch><tagSet><item><key>Name</key><value>a b</value></item></tagSet></item><item><subnetId>subnet-2</subnetId><tagSet/></item></subnetSet></DescribeSubnetsResponse>`
	groups    = `<DescribeSecurityGroupsResponse><requestId>r</requestId><securityGroupInfo><item><ownerId>111122223333</ownerId><groupId>sg-1</groupId><groupName>cloudhsm-cluster-c-sg</groupName><groupDescription>d</groupDescription><vpcId>vpc-1</vpcId><ipPermissions><item><ipProtocol>tcp</ipProtocol><fromPort>2223</fromPort><toPort>2225</toPort><groups><item><userId>111122223333</userId><groupId>sg-1</groupId></item></groups><ipRanges/><ipv6Ranges/><prefixListIds/></item></ipPermissions><ipPermissionsEgress><item><ipProtocol>-1</ipProtocol><groups/><ipRanges><item><cidrIp>0.0.0.0/0</cidrIp></item></ipRanges></item></ipPermissionsEgress></item></securityGroupInfo></DescribeSecurityGroupsResponse>`
	enis      = `<DescribeNetworkInterfacesResponse><networkInterfaceSet><item><networkInterfaceId>eni-1</networkInterfaceId><subnetId>subnet-1</subnetId><vpcId>vpc-1</vpcId><availabilityZone>us-east-1a</availabilityZone><description>KMS managed ENI for cluster cluster-1</description><ownerId>111122223333</ownerId><requesterManaged>true</requesterManaged><status>in-use</status><macAddress>02:00:00:00:00:01</macAddress><privateIpAddress>10.0.1.9</privateIpAddress><sourceDestCheck>true</sourceDestCheck><groupSet><item><groupId>sg-2</groupId><groupName>kms-cks-1</groupName></item></groupSet><tagSet/><privateIpAddressesSet><item><privateIpAddress>10.0.1.9</privateIpAddress><primary>true</primary></item></privateIpAddressesSet><interfaceType>interface</interfaceType></item></networkInterfaceSet></DescribeNetworkInterfacesResponse>`
	vpcs      = `<DescribeVpcsResponse><vpcSet><item><vpcId>vpc-1</vpcId><ownerId>1</ownerId><state>available</state><cidrBlock>10.0.0.0/16</cidrBlock><cidrBlockAssociationSet><item><cidrBlock>10.0.0.0/16</cidrBlock><associationId>v</associationId><cidrBlockState><state>associated</state></cidrBlockState></item></cidrBlockAssociationSet><dhcpOptionsId>d</dhcpOptionsId><instanceTenancy>default</instanceTenancy><isDefault>false</isDefault></item></vpcSet></DescribeVpcsResponse>`
	acls      = `<DescribeNetworkAclsResponse><networkAclSet><item><networkAclId>acl-1</networkAclId><vpcId>vpc-1</vpcId><default>true</default><entrySet><item><ruleNumber>100</ruleNumber><protocol>-1</protocol><ruleAction>allow</ruleAction><egress>true</egress><cidrBlock>0.0.0.0/0</cidrBlock></item><item><ruleNumber>90</ruleNumber><protocol>6</protocol><ruleAction>deny</ruleAction><egress>false</egress><cidrBlock>10.0.0.0/8</cidrBlock><portRange><from>1</from><to>2</to></portRange></item></entrySet><associationSet><item><networkAclAssociationId>aclassoc-1</networkAclAssociationId><networkAclId>acl-1</networkAclId><subnetId>subnet-1</subnetId></item></associationSet><tagSet/><ownerId>1</ownerId></item></networkAclSet></DescribeNetworkAclsResponse>`
	ok        = `<R><return>true</return></R>`
)

// oneAnswer are command lines that are answered with the same.
func oneAnswer(answer string, text string) []line {
	var lines []line
	for args := range strings.Lines(text) {
		if args = strings.TrimSpace(args); args != "" {
			lines = append(lines, line{args: args, answers: []string{answer}})
		}
	}
	return lines
}

func conformanceLines() []line {
	var lines []line
	for _, more := range [][]line{keyLines(), parameterLines(), usageLines(), formatLines(), pageLines(), errorLines(), clusterLines(), queryLines(), networkLines(), configurationLines()} {
		lines = append(lines, more...)
	}
	return lines
}

func keyLines() []line {
	return append(oneAnswer(aKey, `
		kms describe-key --key-id k
		kms describe-key --key-id k --output text
		kms describe-key --key-id k --output table
		kms describe-key --key-id k --query KeyMetadata.CreationDate --output text
		kms describe-key --key-id k --query KeyMetadata.MultiRegionConfiguration
		kms describe-key --key-id k --grant-tokens a b
		kms describe-key --key-id=k
		kms describe-key --key k
		kms create-key --origin AWS_CLOUDHSM --custom-key-store-id cks-1
		kms create-key --tags TagKey=a,TagValue=b 'TagKey=c d,TagValue=e f'
		kms create-key --tags
		kms create-key --multi-region --bypass-policy-lockout-safety-check
		kms create-key --no-multi-region --description ''
		kms create-key --multi-region --no-multi-region
		kms create-key --description '-1'
		kms create-key --description 'ünï 日本'
		kms create-key --policy file://DIR/text
	`), oneAnswer(`{}`, `
		kms connect-custom-key-store --custom-key-store-id cks-1
		kms disconnect-custom-key-store --custom-key-store-id cks-1 --output text
		kms disconnect-custom-key-store --custom-key-store-id cks-1 --output table
		kms update-custom-key-store --custom-key-store-id cks-1 --key-store-password tempPassword
		kms update-custom-key-store --custom-key-store-id cks-1 --cloud-hsm-cluster-id cluster-1a23b4cdefg
		kms update-custom-key-store --custom-key-store-id cks-1 --new-custom-key-store-name DevelopmentKeys
		kms create-custom-key-store --custom-key-store-name Example --cloud-hsm-cluster-id cluster-1a23b4cdefg --key-store-password kmsPswd --trust-anchor-certificate file://DIR/text
		kms delete-custom-key-store --custom-key-store-id cks-1
		kms schedule-key-deletion --key-id k --pending-window-in-days 7
		kms cancel-key-deletion --key-id k
		kms create-alias --alias-name alias/a --target-key-id k
		kms put-key-policy --key-id k --policy-name default --policy '{"a": [1]}'
		kms generate-data-key --key-id k --key-spec AES_256 --encryption-context a=b,c=d
		kms generate-random --number-of-bytes 32 --custom-key-store-id cks-1
		kms re-encrypt --ciphertext-blob aGVsbG8= --destination-key-id k --source-encryption-context a=b
		kms sign --key-id k --message aGVsbG8= --signing-algorithm RSASSA_PSS_SHA_256 --message-type RAW
		kms create-grant --key-id k --grantee-principal arn --operations Encrypt Decrypt --constraints EncryptionContextSubset={a=b,c=d} --name n
		kms create-grant --key-id k --grantee-principal arn --operations Encrypt --constraints '{"EncryptionContextEquals":{"a":"b"}}'
		kms untag-resource --key-id k --tag-keys a b
		kms get-parameters-for-import --key-id k --wrapping-algorithm RSAES_OAEP_SHA_256 --wrapping-key-spec RSA_2048
		kms import-key-material --key-id k --import-token fileb://DIR/binary --encrypted-key-material fileb://DIR/text --valid-to 2030-01-01T00:00:00+02:00
		kms import-key-material --key-id k --import-token aGk= --encrypted-key-material aGk= --valid-to 1700000000.5
		kms import-key-material --key-id k --import-token aGk= --encrypted-key-material aGk= --valid-to 2030-01-01
		kms import-key-material --key-id k --import-token aGk= --encrypted-key-material aGk= --valid-to 2030-01-01T10:11:12Z
		kms import-key-material --key-id k --import-token aGk= --encrypted-key-material aGk= --valid-to '2030-01-01 10:11:12'
		kms import-key-material --key-id k --import-token aGk= --encrypted-key-material aGk= --valid-to 20300101T101112Z
	`)...)
}

func parameterLines() []line {
	return append(oneAnswer(`{"CiphertextBlob":"aGVsbG8=","KeyId":"k"}`, `
		kms encrypt --key-id k --plaintext fileb://DIR/binary
		kms encrypt --key-id k --plaintext file://DIR/base64
		kms encrypt --key-id k --plaintext file://DIR/text
		kms encrypt --key-id k --plaintext aGVsbG8= --output text
		kms encrypt --key-id k --plaintext hello --cli-binary-format raw-in-base64-out
		kms encrypt --key-id k --plaintext fileb://DIR/text --cli-binary-format raw-in-base64-out
		kms encrypt --key-id k --plaintext 'he$llo'
		kms encrypt --key-id k --plaintext ''
		kms encrypt --key-id k --plaintext file:///nope
		kms encrypt --key-id k --plaintext fileb:///nope
		kms encrypt --key-id k --plaintext file://DIR
		kms encrypt --key-id k --plaintext aGk= --encryption-context '{"a":5}'
		kms encrypt --key-id k --plaintext aGk= --encryption-context 'a="b,c",d=e\,f'
		kms encrypt --key-id k --plaintext aGk= --encryption-context a=
		kms encrypt --key-id k --plaintext aGk= --encryption-context a=b,a=c
		kms encrypt --key-id k --plaintext aGk= --encryption-context 'a=b, c=d'
		kms encrypt --key-id k --plaintext aGk= --encryption-context 'a=x=y'
		kms encrypt --key-id k --plaintext aGk= --encryption-context 'a=b,'
		kms encrypt --cli-input-json '{"KeyId":"k","Plaintext":"aGVsbG8="}'
	`), oneAnswer(`{}`, `
		kms tag-resource --key-id k --tags TagKey
		kms tag-resource --key-id k --tags TagKey=a
		kms tag-resource --key-id k --tags TagKey=a,TagValue=b,Foo=c
		kms tag-resource --key-id k --tags TagKey=a,TagValue=b,c
		kms tag-resource --key-id k --tags '[{"TagKey":"a","TagValue":5}]'
		kms tag-resource --key-id k --tags '[1]'
		kms tag-resource --key-id k --tags '[1,'
		kms tag-resource --key-id k --tags '[{"TagKey'
		kms tag-resource --key-id k --tags '{a=b}'
		kms tag-resource --key-id k --tags '[] x'
		kms tag-resource --key-id k --tags 'TagKey=a,,TagValue=]b'
		kms tag-resource --key-id k --tags 'TagKey=a,TagValue=b"'
		kms tag-resource --key-id k --tags '{"TagKey":"a","TagValue":"b"}' '{"TagKey":"c","TagValue":"d"}'
		kms tag-resource --key-id k --tags file://DIR/tags.json
		kms tag-resource --key-id k --tags 'TagKey="a'
		kms tag-resource --key-id k --tags 'TagKey="a \" b",TagValue="x,y"'
		kms tag-resource --key-id k --tags =a
		kms tag-resource --key-id k --tags ''
		kms tag-resource --key-id k --tags 'TagKey=it"s,TagValue=b'
		kms tag-resource --key-id k --tags 'TagKey=[a,b],TagValue=b'
		kms tag-resource --key-id k --tags 'TagKey=a,TagValue={b=c}'
		kms tag-resource --key-id k --tags 'TagKey= a ,TagValue= b '
		kms tag-resource --key-id '' --tags TagKey=,TagValue=
		kms tag-resource --key-id k --cli-input-json file://DIR/input.json
		kms tag-resource --cli-input-json file://DIR/input.json
		kms create-grant --key-id k --grantee-principal p --operations Encrypt --constraints EncryptionContextSubset={a=b
		kms create-grant --key-id k --grantee-principal p --operations Encrypt --constraints EncryptionContextSubset=a
		kms create-grant --key-id k --grantee-principal p --operations Encrypt --constraints 'EncryptionContextSubset={ a = b , c = d }'
		kms import-key-material --key-id k --import-token aGk= --encrypted-key-material aGk= --valid-to zzz
		kms describe-key --cli-input-json '{"KeyId":5,"Foo":1}'
		kms describe-key --cli-input-json '{"KeyId":'
		kms describe-key --cli-input-json '[]'
		kms describe-key --cli-input-json '{"KeyId":["a",{"b":null}],"GrantTokens":"x"}'
		kms create-key --cli-input-json '{"MultiRegion":"yes","Description":true}'
		kms create-custom-key-store --custom-key-store-name E --key-store-password abc --cloud-hsm-cluster-id c
		kms list-keys --limit 0
		kms list-keys --limit x
		kms generate-data-key --key-id k --number-of-bytes 1.5
		kms tag-resource --generate-cli-skeleton
		kms describe-key --generate-cli-skeleton input
		cloudhsmv2 describe-clusters --generate-cli-skeleton
		ec2 delete-subnet --generate-cli-skeleton
	`)...)
}

func usageLines() []line {
	return oneAnswer(`{}`, `
		kms encrypt
		kms encrypt --key-id k
		kms
		kms create-custom-key-store --custom a
		kms list-keys --bogus 1
		kms list-keys bogus
		kms list-keys --limit
		kms list-keys --lim 3
		kms list-keys --output xx
		kms list-keys --outp text
		kms list-keys --color sometimes
		kms list-keys --max-items x
		kms create-key --multi-region false
		kms encrypt --key-id k --plaintext aGk= --cli-binary-format zzz
		kms list-keys --query Foo[
		kms list-keys --query 'Foo.'
		kms list-keys --query 'a]'
		kms list-keys --query 'a[b'
		kms list-keys --query '[?a'
		kms list-keys --query '{a}'
		kms list-keys --query '{1:b}'
		kms list-keys --query 'a b'
		kms list-keys --query '"abc'
		kms list-keys --query '#'
		kms list-keys --query 'a=b'
		kms list-keys --query 'a[1:2:3:4]'
		kms list-keys --query '"f"(a)'
		kms list-keys --query '@(a)'
		kms list-keys --query ')'
		kms list-keys --query 'sum(`+"`[\"a\"]`"+`)'
		kms list-keys --query 'sort_by(`+"`[{\"a\":1},{\"a\":\"x\"}]`"+`,&a)'
		kms list-keys --query 'not_null()'
		kms list-keys --query ''
		kms list-keys --query 'nope(Keys)'
		kms list-keys --query 'length(Keys, Keys)'
		kms list-keys --query 'length('1')'
		kms list-keys --endpoint-url 127.0.0.1:1
		kms list-keys --endpoint-url http://127.0.0.1:1
		kms delete-alias --alias-name
		sts
		cloudtrail lookup-events --max-results 0
	`)
}

func formatLines() []line {
	var lines []line
	for _, l := range []struct{ args, answer string }{
		{"kms describe-custom-key-stores --custom-key-store-name ExampleKeyStore", stores},
		{"kms list-aliases --key-id k", aliases},
		{"cloudhsmv2 describe-clusters", clusters},
		{"cloudhsmv2 describe-backups --filters clusterIds=cluster-1,cluster-2", backups},
		{"cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=DeleteKey", events},
		{"logs get-log-events --log-group-name /aws/cloudhsm/cluster-1 --log-stream-name hsm-1", logEvents},
		{"sts get-caller-identity", identity},
		{"cloudwatch list-metrics --namespace AWS/CloudHSM", metrics},
		{"ec2 describe-security-groups --group-ids sg-1", groups},
		{"ec2 describe-network-acls", acls},
	} {
		for _, output := range []string{"", " --output text", " --output table"} {
			lines = append(lines, line{args: l.args + output, answers: []string{l.answer}})
		}
	}
	lines = append(lines, oneAnswer(clusters, `
		cloudhsmv2 describe-clusters --filters clusterIds=c --output text --query 'Clusters[].Certificates.ClusterCsr'
		cloudhsmv2 describe-clusters --query 'Clusters[].Hsms[].[HsmId,State]' --output text
		cloudhsmv2 describe-clusters --query 'Clusters[].Hsms[].[HsmId,State]' --output table
		cloudhsmv2 describe-clusters --query 'Clusters[0].{Id:ClusterId,At:CreateTimestamp,N:length(Hsms)}'
		cloudhsmv2 describe-clusters --query 'Clusters[0].{Id:ClusterId,At:CreateTimestamp,N:length(Hsms)}' --output table
		cloudhsmv2 describe-clusters --query 'Clusters[?State==`+"`ACTIVE`"+`].ClusterId | [0]' --output text
		cloudhsmv2 describe-clusters --query 'Clusters[*].SubnetMapping.*'
		cloudhsmv2 describe-clusters --query 'Clusters[0].Hsms[?contains(HsmId, '\''2'\'')]'
		cloudhsmv2 describe-clusters --query 'sort_by(Clusters[0].Hsms,&HsmId)[-1].HsmId'
		cloudhsmv2 describe-clusters --query 'keys(Clusters[0])'
		cloudhsmv2 describe-clusters --query 'Clusters[0].Hsms[::-1].HsmId'
		cloudhsmv2 describe-clusters --query 'Clusters[].[join('-',keys(SubnetMapping)),to_string(BackupRetentionPolicy),type(Hsms)]'
		cloudhsmv2 describe-clusters --query Nothing
		cloudhsmv2 describe-clusters --query Nothing --output table
		cloudhsmv2 describe-clusters --query 'Clusters[0].State' --output table
	`)...)
	return append(lines,
		line{args: "cloudhsmv2 describe-clusters --output table", env: "COLUMNS=200", answers: []string{clusters}}, // it is no terminal
		line{args: "kms enable-key --key-id k", answers: []string{""}},
		line{args: "kms list-keys", answers: []string{"not json"}},
		line{args: "kms list-keys --output text", answers: []string{`{"Keys":[]}`}},
		line{args: "kms list-keys --output table", answers: []string{`{"Keys":[]}`}},
		line{args: "kms list-keys --query 'Keys[0]' --output text", answers: []string{`{"Keys":[]}`}},
	)
}

func pageLines() []line {
	var lines []line
	for args := range strings.Lines(`kms list-keys
		kms list-keys --output text
		kms list-keys --output table
		kms list-keys --max-items 1
		kms list-keys --max-items 0
		kms list-keys --max-items 2
		kms list-keys --max-items 3 --output text
		kms list-keys --max-items 1 --output text
		kms list-keys --max-items 1 --output text --query 'Keys[].KeyId'
		kms list-keys --max-items 1 --output table
		kms list-keys --max-items 1 --starting-token eyJNYXJrZXIiOiBudWxsLCAiYm90b190cnVuY2F0ZV9hbW91bnQiOiAxfQ==
		kms list-keys --starting-token eyJNYXJrZXIiOiAibTEifQ==
		kms list-keys --starting-token abc
		kms list-keys --starting-token abc___1
		kms list-keys --no-paginate
		kms list-keys --page-size 1
		kms list-keys --limit 1
		kms list-keys --marker m1 --output text
		kms list-keys --no-paginate --max-items 3
		kms list-keys --limit 3 --max-items 3
		kms list-keys --query 'Keys[].KeyId' --output text
		kms list-keys --query 'Keys[*].KeyId'`) {
		lines = append(lines, line{args: strings.TrimSpace(args), answers: []string{keyPage1, keyPage2}})
	}
	events1 := `{"events":[{"logStreamName":"s","timestamp":1,"message":"m","eventId":"1"}],"searchedLogStreams":[{"logStreamName":"s","searchedCompletely":true}],"nextToken":"n"}`
	events2 := `{"events":[{"logStreamName":"s","timestamp":2,"message":"m2","eventId":"2"}],"searchedLogStreams":[]}`
	return append(lines,
		line{args: "kms list-keys --page-size 2", answers: []string{keyPage1}},
		line{args: "logs filter-log-events --log-group-name g", answers: []string{events1, events2}},
		line{args: "logs filter-log-events --log-group-name g --output text", answers: []string{events1, events2}},
		line{args: "logs filter-log-events --log-group-name g --max-items 1", answers: []string{events1, events2}},
		line{args: "cloudhsmv2 describe-clusters --max-items 1", answers: []string{clusters[:len(clusters)-1] + `,"NextToken":"n"}`}},
		line{args: "cloudtrail lookup-events --max-items 1", answers: []string{events[:len(events)-1] + `,"NextToken":"n"}`}},
	)
}

func errorLines() []line {
	return []line{
		{args: "kms describe-key --key-id k", status: 400, answers: []string{`{"__type":"KMSInvalidStateException","message":"arn is pending import."}`}},
		{args: "kms describe-key --key-id k", status: 400, answers: []string{`{"__type":"com.amazonaws.kms#NotFoundException","Message":"no"}`}},
		{args: "kms describe-key --key-id k", status: 400, answers: []string{`{"__type":"NotFoundException"}`}},
		{args: "kms describe-key --key-id k", status: 400, answers: []string{`{"message":"x"}`}},
		{args: "kms describe-key --key-id k", status: 500, answers: []string{`{"__type":"KMSInternalException","message":"x"}`}},
		{args: "kms describe-key --key-id k", status: 400, answers: []string{`{"__type":"ThrottlingException","message":"slow"}`}},
		{args: "kms describe-key --key-id k", status: 400, answers: []string{`{"__type":"LimitExceededException","message":"slow"}`}},
		{args: "kms describe-key --key-id k", status: 503, answers: []string{"<html>"}},
		{args: "kms describe-key --key-id k", status: 404, answers: []string{"<html>"}},
		{args: "kms list-keys", status: 400, answers: []string{`{"__type":"InvalidMarkerException","message":"m"}`}},
		{args: "cloudhsmv2 describe-clusters", status: 400, answers: []string{`{"__type":"CloudHsmInvalidRequestException","Message":"m"}`}},
		{args: "sts get-caller-identity", status: 403, answers: []string{`<ErrorResponse><Error><Type>Sender</Type><Code>InvalidClientTokenId</Code><Message>The security token included in the request is invalid.</Message></Error><RequestId>r</RequestId></ErrorResponse>`}},
		{args: "ec2 delete-subnet --subnet-id subnet-1", status: 400, answers: []string{`<Response><Errors><Error><Code>InvalidSubnetID.NotFound</Code><Message>The subnet ID 'subnet-1' does not exist</Message></Error></Errors><RequestID>r</RequestID></Response>`}},
		{args: "ec2 describe-vpcs", status: 503, answers: []string{`<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>Slow</Message></Error></Errors></Response>`}},
	}
}

func clusterLines() []line {
	return oneAnswer(`{}`, `
		cloudhsmv2 create-cluster --hsm-type hsm1.medium --subnet-ids subnet-1 subnet-2 --backup-retention-policy Type=DAYS,Value=90 --tag-list Key=a,Value=b Key=c,Value=d
		cloudhsmv2 create-cluster --hsm-type hsm1.medium --subnet-ids subnet-1 --source-backup-id backup-1
		cloudhsmv2 create-cluster --hsm-type hsm1.medium --subnet-ids '["subnet-1","subnet-2"]'
		cloudhsmv2 create-cluster --hsm-type hsm1.medium --subnet-ids
		cloudhsmv2 create-cluster --subnet-ids a
		cloudhsmv2 create-hsm --cluster-id cluster-1 --availability-zone us-west-2a --ip-address 10.0.0.1
		cloudhsmv2 delete-hsm --cluster-id cluster-1 --eni-ip 10.0.0.1
		cloudhsmv2 describe-clusters --filters clusterIds=a,b,states=ACTIVE
		cloudhsmv2 describe-clusters --filters '{"clusterIds":["a"]}'
		cloudhsmv2 describe-clusters --filters clusterIds=a --max-results 5
		cloudhsmv2 describe-backups --filters clusterIds=a,b,states=READY --sort-ascending
		cloudhsmv2 describe-backups --filters states=PENDING_DELETION --no-sort-ascending
		cloudhsmv2 modify-backup-attributes --backup-id b --never-expires
		cloudhsmv2 modify-backup-attributes --backup-id b --no-never-expires
		cloudhsmv2 modify-backup-attributes --backup-id b
		cloudhsmv2 modify-cluster --cluster-id c --backup-retention-policy Type=DAYS,Value=7
		cloudhsmv2 initialize-cluster --cluster-id c --signed-cert file://DIR/text --trust-anchor file://DIR/text
		cloudhsmv2 copy-backup-to-region --destination-region us-west-2 --backup-id b
		cloudhsmv2 tag-resource --resource-id c --tag-list Key=a,Value=b
		cloudhsmv2 untag-resource --resource-id c --tag-key-list a b
		cloudhsmv2 list-tags --resource-id c
		cloudtrail lookup-events --start-time 2021-10-21 --end-time 2021-10-22T00:00:00Z --max-results 10
		cloudtrail lookup-events --lookup-attributes AttributeKey=EventName
		logs describe-log-groups --log-group-name-prefix /aws/cloudhsm
		logs describe-log-streams --log-group-name g --order-by LastEventTime --descending
		logs get-log-events --log-group-name g --log-stream-name s --start-time 5 --limit 10 --start-from-head
		logs filter-log-events --log-group-name g --log-stream-names a b --filter-pattern '"CN_LOGIN"' --start-time 1 --end-time 2
		logs filter-log-events --log-group-name g --start-time -5
	`)
}

func queryLines() []line {
	return append(append(oneAnswer(points, `
		cloudwatch get-metric-statistics --namespace AWS/CloudHSM --metric-name HsmKeysTokenOccupied --dimensions Name=ClusterId,Value=c Name=HsmId,Value=h --start-time 2017-07-05T21:00:00Z --end-time 2017-07-05T22:00:00.5+01:00 --period 60 --statistics Average Maximum
		cloudwatch get-metric-statistics --namespace AWS/KMS --metric-name M --start-time 1499288695 --end-time 2017-07-06 --period 60 --statistics Minimum --output text
		cloudwatch get-metric-statistics --namespace AWS/KMS --metric-name M --start-time 1499288695 --end-time 2017-07-06 --period 60 --output table
		cloudwatch get-metric-statistics --namespace AWS/KMS --metric-name M --start-time x --end-time 2017-07-06 --period 0 --dimensions Name=a
		cloudwatch get-metric-statistics --namespace AWS/KMS
	`), oneAnswer(series, `
		cloudwatch get-metric-data --start-time 2017-07-05 --end-time 2017-07-06 --metric-data-queries '[{"Id":"m1","MetricStat":{"Metric":{"Namespace":"AWS/CloudHSM","MetricName":"HsmSessionCount","Dimensions":[{"Name":"ClusterId","Value":"c"}]},"Period":60,"Stat":"Average"}}]'
		cloudwatch get-metric-data --start-time 2017-07-05 --end-time 2017-07-06 --metric-data-queries 'Id=m1,MetricStat={Metric={Namespace=AWS/CloudHSM,MetricName=M,Dimensions=[{Name=ClusterId,Value=c}]},Period=60,Stat=Average},ReturnData=true' --output text
		cloudwatch get-metric-data --start-time 2017-07-05 --end-time 2017-07-06 --metric-data-queries Id=m1,Expression=m2/2 --output table
	`)...), oneAnswer(metrics, `
		cloudwatch list-metrics --dimensions Name=ClusterId
		cloudwatch list-metrics --max-items 1
		cloudwatch list-metrics --query 'Metrics[].MetricName' --output text
	`)...)
}

func networkLines() []line {
	lines := append(oneAnswer(ok, `
		ec2 authorize-security-group-ingress --group-id sg-1 --protocol tcp --port 2223-2225 --cidr 10.0.0.0/8
		ec2 authorize-security-group-ingress --group-id sg-1 --protocol tcp --port 2223 --source-group sg-2
		ec2 authorize-security-group-ingress --group-id sg-1 --protocol tcp --port 2223 --source-group name --group-owner 1
		ec2 authorize-security-group-ingress --group-id sg-1 --ip-permissions 'IpProtocol=tcp,FromPort=2223,ToPort=2225,UserIdGroupPairs=[{GroupId=sg-1}]'
		ec2 authorize-security-group-ingress --group-id sg-1 --protocol tcp --port x --cidr 10.0.0.0/8
		ec2 authorize-security-group-ingress --group-id sg-1 --protocol tcp --ip-permissions IpProtocol=tcp
		ec2 authorize-security-group-egress --group-id sg-1 --protocol icmp --port 3-4 --cidr 10.0.0.0/8
		ec2 revoke-security-group-egress --group-id sg-1 --protocol all --port all --cidr 0.0.0.0/0
		ec2 revoke-security-group-ingress --group-id sg-1 --ip-permissions '[{"IpProtocol":"tcp","FromPort":2223,"ToPort":2225,"UserIdGroupPairs":[{"GroupId":"sg-1"}]}]'
		ec2 revoke-security-group-ingress --group-id sg-1 --security-group-rule-ids sgr-1 sgr-2
		ec2 create-network-acl-entry --network-acl-id acl-1 --ingress --rule-number 100 --protocol tcp --port-range From=2223,To=2225 --cidr-block 0.0.0.0/0 --rule-action deny
		ec2 create-network-acl-entry --network-acl-id acl-1 --egress --rule-number 100 --protocol 17 --cidr-block 0.0.0.0/0 --rule-action allow --icmp-type-code Code=1,Type=2
		ec2 create-network-acl-entry --network-acl-id acl-1 --rule-number 100 --protocol udp --cidr-block 0.0.0.0/0 --rule-action deny
		ec2 delete-network-acl-entry --network-acl-id acl-1 --ingress --rule-number 100
		ec2 delete-subnet --subnet-id subnet-1
		ec2 delete-network-interface --network-interface-id eni-1 --dry-run
		ec2 create-network-interface --subnet-id s --groups sg-1 sg-2 --private-ip-address 10.0.0.1 --tag-specifications 'ResourceType=network-interface,Tags=[{Key=a,Value=b},{Key=c,Value=d}]'
		ec2 create-network-interface --subnet-id s --private-ip-addresses Primary=true,PrivateIpAddress=10.0.0.1 Primary=false,PrivateIpAddress=10.0.0.2
	`), oneAnswer(subnets, `
		ec2 describe-subnets
		ec2 describe-subnets --subnet-ids subnet-1 subnet-2
		ec2 describe-subnets --filters Name=vpc-id,Values=vpc-1,vpc-2 Name=state,Values=available
		ec2 describe-subnets --query 'Subnets[].[SubnetId,AvailableIpAddressCount]' --output text
		ec2 describe-subnets --query 'Subnets[?AvailableIpAddressCount>`+"`5`"+`].SubnetId' --output text
	`)...)
	return append(lines,
		line{args: "ec2 create-subnet --vpc-id vpc-1 --cidr-block 10.0.9.0/28 --availability-zone us-east-1a", answers: []string{`<CreateSubnetResponse><subnet><subnetId>subnet-9</subnetId><cidrBlock>10.0.9.0/28</cidrBlock></subnet></CreateSubnetResponse>`}},
		line{args: "ec2 describe-network-interfaces --filters Name=description,Values='KMS managed ENI for cluster cluster-1'", answers: []string{enis}},
		line{args: "ec2 describe-vpcs --vpc-ids vpc-1", answers: []string{vpcs}},
		line{args: "ec2 describe-vpcs --output text", answers: []string{vpcs}},
		line{args: "ec2 describe-network-interfaces --output text", answers: []string{enis}},
	)
}

func configurationLines() []line {
	return []line{
		{args: "kms list-keys", env: "AWS_DEFAULT_REGION="},
		{args: "kms list-keys", env: "AWS_ACCESS_KEY_ID="},
		{args: "kms list-keys", env: "AWS_SECRET_ACCESS_KEY="},
		{args: "kms list-keys --no-sign-request", env: "AWS_ACCESS_KEY_ID="},
		{args: "kms list-keys --region eu-central-1"},
		{args: "kms list-keys", env: "AWS_REGION=eu-central-1"},
		{args: "kms list-keys", env: "AWS_SESSION_TOKEN=token"},
		{args: "kms list-keys", env: "AWS_DEFAULT_OUTPUT=text"},
		{args: "kms list-keys", env: "AWS_DEFAULT_OUTPUT=zzz"},
		{args: "kms list-keys --region 'bad region'"},
		{args: "kms list-keys --profile nope"},
		{args: "kms list-keys", env: "AWS_PROFILE=nope"},
		{args: "kms list-keys", env: "AWS_DEFAULT_REGION= AWS_ACCESS_KEY_ID= AWS_CONFIG_FILE=DIR/config AWS_SHARED_CREDENTIALS_FILE=DIR/secrets"},
		{args: "kms encrypt --key-id k --plaintext raw --profile other", env: "AWS_DEFAULT_REGION= AWS_CONFIG_FILE=DIR/config AWS_SHARED_CREDENTIALS_FILE=DIR/secrets"},
		{args: "kms list-keys", env: "AWS_PROFILE=other AWS_DEFAULT_REGION= AWS_CONFIG_FILE=DIR/config AWS_SHARED_CREDENTIALS_FILE=DIR/secrets"},
		{args: "kms describe-key --key-id k", env: "TZ=America/New_York", answers: []string{aKey}},
	}
}

// newestLines use operations and members that the AWS CLI 2.9 does not know.
func newestLines() []string {
	return []string{
		"kms encrypt --key-id k --plaintext fileb://DIR/binary --dry-run",
		"kms derive-shared-secret --key-id k --key-agreement-algorithm ECDH --public-key fileb://DIR/binary",
		"kms enable-key-rotation --key-id k --rotation-period-in-days 180",
		"kms list-key-rotations --key-id k --include-key-material ALL_KEY_MATERIAL",
		"kms rotate-key-on-demand --key-id k",
		"kms get-key-last-usage --key-id k",
		"kms import-key-material --key-id k --import-token fileb://DIR/binary --encrypted-key-material fileb://DIR/binary --import-type NEW_KEY_MATERIAL",
		"kms delete-imported-key-material --key-id k --key-material-id 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
		"kms generate-random --number-of-bytes 3",
		"cloudhsmv2 create-cluster --hsm-type hsm2m.medium --subnet-ids s --mode FIPS --network-type DUALSTACK",
		"cloudhsmv2 modify-cluster --cluster-id c --hsm-type hsm2m.medium",
		"cloudhsmv2 put-resource-policy --resource-arn a --policy {}",
		"cloudhsmv2 get-resource-policy --resource-arn a",
		"cloudhsmv2 delete-resource-policy --resource-arn a",
		"cloudhsmv2 describe-backups --shared --filters neverExpires=true",
	}
}
