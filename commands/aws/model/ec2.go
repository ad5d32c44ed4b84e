package model

// ec2 is the part of EC2 (2016-11-15) that the lab serves: subnets, interfaces, security groups, network ACLs.
var ec2 = Service{
	Name: "ec2", Summary: "Amazon EC2: the network of the lab",
	Endpoint: "EC2", Signing: "ec2", Version: "2016-11-15", Protocol: EC2,
	shapes: map[string]string{
		"Association": `AllocationId AssociationId IpOwnerId PublicDnsName PublicIp CustomerOwnedIp CarrierIp`,
		"Attachment": `AttachTime:time AttachmentId DeleteOnTermination:bool DeviceIndex:int NetworkCardIndex:int
			InstanceId InstanceOwnerId Status EnaSrdSpecification:EnaSrdSpecification EnaQueueCount:int`,
		"BlockPublicAccessStates":         `InternetGatewayBlockMode`,
		"CidrBlockAssociationSet":         `AssociationId CidrBlock CidrBlockState:Ipv6CidrBlockState`,
		"ConnectionTrackingConfiguration": `TcpEstablishedTimeout:int UdpStreamTimeout:int UdpTimeout:int`,
		"EnaSrdSpecification":             `EnaSrdEnabled:bool EnaSrdUdpSpecification:EnaSrdUdpSpecification`,
		"EnaSrdUdpSpecification":          `EnaSrdUdpEnabled:bool`,
		"EncryptionControl": `VpcId VpcEncryptionControlId Mode State StateMessage ResourceExclusions:ResourceExclusions
			Tags=tagSet:[Tag]`,
		"Entry": `CidrBlock Egress:bool IcmpTypeCode:IcmpTypeCode Ipv6CidrBlock PortRange:PortRange Protocol
			RuleAction RuleNumber:int`,
		"Filter":          `Name Values=Value:[string]`,
		"Group":           `GroupName GroupId`,
		"IcmpTypeCode":    `Code:int Type:int`,
		"InternetGateway": `State StateMessage`,
		"IpPermission": `FromPort:int IpProtocol IpRanges:[IpRange] Ipv6Ranges:[Ipv6Range] PrefixListIds:[PrefixListId]
			ToPort:int UserIdGroupPairs=groups:[UserIdGroupPair]`,
		"IpRange":     `CidrIp Description`,
		"Ipv4Prefix":  `Ipv4Prefix`,
		"Ipv6Address": `Ipv6Address PublicIpv6DnsName IsPrimaryIpv6:bool`,
		"Ipv6CidrBlockAssociationSet": `AssociationId Ipv6CidrBlock Ipv6CidrBlockState:Ipv6CidrBlockState NetworkBorderGroup Ipv6Pool
			Ipv6AddressAttribute IpSource`,
		"Ipv6CidrBlockState": `State StatusMessage`,
		"Ipv6Prefix":         `Ipv6Prefix`,
		"Ipv6Range":          `CidrIpv6 Description`,
		"NetworkAcl": `Associations=associationSet:[ResultAssociation] Entries=entrySet:[Entry] IsDefault=default:bool
			NetworkAclId Tags=tagSet:[Tag] VpcId OwnerId`,
		"NetworkInterface": `Association:Association Attachment:Attachment AvailabilityZone Description Groups=groupSet:[Group]
			InterfaceType Ipv6Addresses=ipv6AddressesSet:[Ipv6Address] MacAddress NetworkInterfaceId OutpostArn
			OwnerId PrivateDnsName PrivateIpAddress PrivateIpAddresses=privateIpAddressesSet:[PrivateIpAddress]
			Ipv4Prefixes=ipv4PrefixSet:[Ipv4Prefix] Ipv6Prefixes=ipv6PrefixSet:[Ipv6Prefix] RequesterId
			RequesterManaged:bool SourceDestCheck:bool Status SubnetId TagSet:[Tag] VpcId DenyAllIgwTraffic:bool
			Ipv6Native:bool Ipv6Address ConnectionTrackingConfiguration:ConnectionTrackingConfiguration
			PublicDnsName PublicIpDnsNameOptions:PublicIpDnsNameOptions Operator:Operator
			AssociatedSubnets:[string] AvailabilityZoneId`,
		"Operator":                      `Managed:bool Principal HiddenByDefault:bool`,
		"PortRange":                     `From:int To:int`,
		"PrefixListId":                  `Description PrefixListId`,
		"PrivateDnsNameOptionsOnLaunch": `HostnameType EnableResourceNameDnsARecord:bool EnableResourceNameDnsAAAARecord:bool`,
		"PrivateIpAddress":              `Association:Association Primary:bool PrivateDnsName PrivateIpAddress`,
		"PublicIpDnsNameOptions":        `DnsHostnameType PublicIpv4DnsName PublicIpv6DnsName PublicDualStackDnsName`,
		"ReferencedGroupInfo":           `GroupId PeeringStatus UserId VpcId VpcPeeringConnectionId`,
		"RequestIpPermission": `IpProtocol FromPort:int ToPort:int UserIdGroupPairs=Groups:[RequestUserIdGroupPair]
			IpRanges:[RequestIpRange] Ipv6Ranges:[RequestIpv6Range] PrefixListIds:[PrefixListId]`,
		"RequestIpRange":          `Description CidrIp`,
		"RequestIpv6Address":      `Ipv6Address IsPrimaryIpv6:bool`,
		"RequestIpv6Range":        `Description CidrIpv6`,
		"RequestOperator":         `Principal`,
		"RequestPrivateIpAddress": `Primary:bool PrivateIpAddress`,
		"RequestUserIdGroupPair":  `Description UserId GroupName GroupId VpcId VpcPeeringConnectionId PeeringStatus`,
		"ResourceExclusions": `InternetGateway:InternetGateway EgressOnlyInternetGateway:InternetGateway NatGateway:InternetGateway
			VirtualPrivateGateway:InternetGateway VpcPeering:InternetGateway Lambda:InternetGateway
			VpcLattice:InternetGateway ElasticFileSystem:InternetGateway`,
		"ResultAssociation":                 `NetworkAclAssociationId NetworkAclId SubnetId`,
		"ResultIpv6CidrBlockAssociationSet": `AssociationId Ipv6CidrBlock Ipv6CidrBlockState:Ipv6CidrBlockState Ipv6AddressAttribute IpSource`,
		"RevokedSecurityGroupRule": `SecurityGroupRuleId GroupId IsEgress:bool IpProtocol FromPort:int ToPort:int CidrIpv4 CidrIpv6
			PrefixListId ReferencedGroupId Description`,
		"SecurityGroup": `Description=groupDescription GroupName IpPermissions:[IpPermission] OwnerId GroupId
			IpPermissionsEgress:[IpPermission] Tags=tagSet:[Tag] VpcId SecurityGroupArn`,
		"SecurityGroupRule": `SecurityGroupRuleId GroupId GroupOwnerId IsEgress:bool IpProtocol FromPort:int ToPort:int CidrIpv4
			CidrIpv6 PrefixListId ReferencedGroupInfo:ReferencedGroupInfo Description Tags=tagSet:[Tag]
			SecurityGroupRuleArn`,
		"Subnet": `AvailabilityZone AvailabilityZoneId AvailableIpAddressCount:int CidrBlock DefaultForAz:bool
			EnableLniAtDeviceIndex:int MapPublicIpOnLaunch:bool MapCustomerOwnedIpOnLaunch:bool
			CustomerOwnedIpv4Pool State SubnetId VpcId OwnerId AssignIpv6AddressOnCreation:bool
			Ipv6CidrBlockAssociationSet:[ResultIpv6CidrBlockAssociationSet] Tags=tagSet:[Tag] SubnetArn
			OutpostArn EnableDns64:bool Ipv6Native:bool
			PrivateDnsNameOptionsOnLaunch:PrivateDnsNameOptionsOnLaunch
			BlockPublicAccessStates:BlockPublicAccessStates Type`,
		"Tag":              `Key Value`,
		"TagSpecification": `ResourceType Tags=Tag:[Tag]`,
		"UserIdGroupPair":  `Description GroupId GroupName PeeringStatus UserId VpcId VpcPeeringConnectionId`,
		"Vpc": `CidrBlock DhcpOptionsId State VpcId OwnerId InstanceTenancy
			Ipv6CidrBlockAssociationSet:[Ipv6CidrBlockAssociationSet]
			CidrBlockAssociationSet:[CidrBlockAssociationSet] IsDefault:bool Tags=tagSet:[Tag]
			EncryptionControl:EncryptionControl BlockPublicAccessStates:BlockPublicAccessStates`,
	},
	operations: []operation{
		{
			name: "AuthorizeSecurityGroupEgress",
			in: `TagSpecifications=TagSpecification:[TagSpecification] DryRun:bool GroupId* SourceSecurityGroupName
				SourceSecurityGroupOwnerId IpProtocol FromPort:int ToPort:int CidrIp
				IpPermissions:[RequestIpPermission]`,
			out: `Return:bool SecurityGroupRules=securityGroupRuleSet:[SecurityGroupRule]`,
		},
		{
			name: "AuthorizeSecurityGroupIngress",
			in: `CidrIp FromPort:int GroupId GroupName IpPermissions:[RequestIpPermission] IpProtocol
				SourceSecurityGroupName SourceSecurityGroupOwnerId ToPort:int
				TagSpecifications=TagSpecification:[TagSpecification] DryRun:bool`,
			out: `Return:bool SecurityGroupRules=securityGroupRuleSet:[SecurityGroupRule]`,
		},
		{
			name: "CreateNetworkAclEntry",
			in: `DryRun:bool NetworkAclId* RuleNumber*:int Protocol* RuleAction* Egress*:bool CidrBlock Ipv6CidrBlock
				IcmpTypeCode=Icmp:IcmpTypeCode PortRange:PortRange`,
		},
		{
			name: "CreateNetworkInterface",
			in: `Ipv4Prefixes=Ipv4Prefix:[Ipv4Prefix] Ipv4PrefixCount:int Ipv6Prefixes=Ipv6Prefix:[Ipv6Prefix]
				Ipv6PrefixCount:int InterfaceType TagSpecifications=TagSpecification:[TagSpecification] ClientToken
				EnablePrimaryIpv6:bool ConnectionTrackingSpecification:ConnectionTrackingConfiguration
				Operator:RequestOperator SubnetId* Description PrivateIpAddress Groups=SecurityGroupId:[string]
				PrivateIpAddresses:[RequestPrivateIpAddress] SecondaryPrivateIpAddressCount:int
				Ipv6Addresses:[RequestIpv6Address] Ipv6AddressCount:int DryRun:bool`,
			out: `NetworkInterface:NetworkInterface ClientToken`,
		},
		{
			name: "CreateSubnet",
			in: `TagSpecifications=TagSpecification:[TagSpecification] AvailabilityZone AvailabilityZoneId CidrBlock
				Ipv6CidrBlock OutpostArn VpcId* Ipv6Native:bool Ipv4IpamPoolId Ipv4NetmaskLength:int Ipv6IpamPoolId
				Ipv6NetmaskLength:int DryRun:bool`,
			out: `Subnet:Subnet`,
		},
		{name: "DeleteNetworkAclEntry", in: `DryRun:bool NetworkAclId* RuleNumber*:int Egress*:bool`},
		{name: "DeleteNetworkInterface", in: `DryRun:bool NetworkInterfaceId*`},
		{name: "DeleteSubnet", in: `SubnetId* DryRun:bool`},
		{
			name:  "DescribeNetworkAcls",
			in:    `NextToken MaxResults:int:5 DryRun:bool NetworkAclIds=NetworkAclId:[string] Filters=Filter:[Filter]`,
			out:   `NetworkAcls=networkAclSet:[NetworkAcl] NextToken`,
			pages: "NextToken NextToken MaxResults NetworkAcls",
		},
		{
			name: "DescribeNetworkInterfaces",
			in: `NextToken MaxResults:int:5 IncludeManagedResources:bool DryRun:bool
				NetworkInterfaceIds=NetworkInterfaceId:[string] Filters=Filter:[Filter]`,
			out:   `NetworkInterfaces=networkInterfaceSet:[NetworkInterface] NextToken`,
			pages: "NextToken NextToken MaxResults NetworkInterfaces",
		},
		{
			name: "DescribeSecurityGroups",
			in: `GroupIds=GroupId:[string] GroupNames=GroupName:[string] NextToken MaxResults:int:5 DryRun:bool
				Filters=Filter:[Filter]`,
			out:   `SecurityGroups=securityGroupInfo:[SecurityGroup] NextToken`,
			pages: "NextToken NextToken MaxResults SecurityGroups",
		},
		{
			name:  "DescribeSubnets",
			in:    `Filters=Filter:[Filter] SubnetIds=SubnetId:[string] NextToken MaxResults:int:5 DryRun:bool`,
			out:   `Subnets=subnetSet:[Subnet] NextToken`,
			pages: "NextToken NextToken MaxResults Subnets",
		},
		{
			name:  "DescribeVpcs",
			in:    `Filters=Filter:[Filter] VpcIds=VpcId:[string] NextToken MaxResults:int:5 DryRun:bool`,
			out:   `Vpcs=vpcSet:[Vpc] NextToken`,
			pages: "NextToken NextToken MaxResults Vpcs",
		},
		{
			name: "RevokeSecurityGroupEgress",
			in: `SecurityGroupRuleIds=SecurityGroupRuleId:[string] DryRun:bool GroupId* SourceSecurityGroupName
				SourceSecurityGroupOwnerId IpProtocol FromPort:int ToPort:int CidrIp
				IpPermissions:[RequestIpPermission]`,
			out: `Return:bool UnknownIpPermissions=unknownIpPermissionSet:[IpPermission]
				RevokedSecurityGroupRules=revokedSecurityGroupRuleSet:[RevokedSecurityGroupRule]`,
		},
		{
			name: "RevokeSecurityGroupIngress",
			in: `CidrIp FromPort:int GroupId GroupName IpPermissions:[RequestIpPermission] IpProtocol
				SourceSecurityGroupName SourceSecurityGroupOwnerId ToPort:int
				SecurityGroupRuleIds=SecurityGroupRuleId:[string] DryRun:bool`,
			out: `Return:bool UnknownIpPermissions=unknownIpPermissionSet:[IpPermission]
				RevokedSecurityGroupRules=revokedSecurityGroupRuleSet:[RevokedSecurityGroupRule]`,
		},
	},
}
