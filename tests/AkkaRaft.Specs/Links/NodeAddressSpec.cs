using Akka.Actor;
using AkkaRaft.Links;

namespace AkkaRaft.Specs.Links;

public sealed class NodeAddressSpec
{
    [Theory]
    [InlineData("akka.tcp://app@localhost:5001/user/raft", "akka.tcp://app@127.0.0.1:5001/user/raft")]
    [InlineData("akka.tcp://app@LocalHost:5001", "akka.tcp://app@127.0.0.1:5001")]
    [InlineData("akka.tcp://app@Node1.Example.COM.:5001/user/raft", "akka.tcp://app@node1.example.com:5001/user/raft")]
    [InlineData("akka.tcp://app@127.0.0.1:5001/user/raft", "akka.tcp://app@127.0.0.1:5001/user/raft")]
    [InlineData("akka://app/user/raft", "akka://app/user/raft")]
    public void A_path_is_spelt_as_servers_spell_theirs(string path, string normal) => Assert.Equal(normal, NodeAddress.Normal(path));

    [Theory]
    [InlineData("akka.tcp://app@localhost:5001", "akka.tcp://app@127.0.0.1:5001", true)]
    [InlineData("akka.tcp://other@127.0.0.1:5001", "akka.tcp://app@127.0.0.1:5001", true)]
    [InlineData("akka.ssl.tcp://app@127.0.0.1:5001", "akka.tcp://app@127.0.0.1:5001", true)]
    [InlineData("akka.tcp://app@127.0.0.1:5001", "akka.tcp://app@127.0.0.1:5001", false)]
    [InlineData("akka.tcp://app@127.0.0.1:5002", "akka.tcp://app@127.0.0.1:5001", false)]
    [InlineData("akka://app", "akka.tcp://app@127.0.0.1:5001", false)]
    public void Two_names_of_one_node_are_found(string one, string other, bool isAlias) =>
        Assert.Equal(isAlias, NodeAddress.IsAlias(Address.Parse(one), Address.Parse(other)));
}
