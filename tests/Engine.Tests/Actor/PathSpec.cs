using Akka.Actor;

namespace Engine.Tests.Actor;

public class PathSpec
{
    private static readonly Address Local = new("akka", "sys");
    private static readonly Address Remote = new("akka.tcp", "sys", "host", 2552);

    [Theory]
    [InlineData("akka://sys/")]
    [InlineData("akka://sys/user/a/b")]
    [InlineData("akka.tcp://sys@host:2552/user/$a")]
    [InlineData("akka.tcp://sys@127.0.0.1:0/system/x")]
    public void A_path_is_read_as_it_is_written(string text) => Assert.Equal(text, ActorPath.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("user/a")]
    [InlineData("://sys")]
    [InlineData("s://dd@:12")]
    [InlineData("s://dd@h:hd")]
    [InlineData("a://l:1/b")]
    [InlineData("a://s@h:70000/b")]
    public void What_is_no_path_is_refused(string text)
    {
        Assert.False(ActorPath.TryParse(text, out _));
        Assert.Throws<UriFormatException>(() => ActorPath.Parse(text));
    }

    [Fact]
    public void Scheme_and_host_are_lower_case_and_the_rest_is_kept()
    {
        var path = ActorPath.Parse("aKKa://sYs@hOst:4711/pAth");
        Assert.Equal("akka://sYs@host:4711/pAth", path.ToString());
    }

    [Fact]
    public void The_uid_is_shown_only_where_it_is_asked_for()
    {
        var path = (new RootActorPath(Local) / "user" / "a").WithUid(42);
        Assert.Equal("akka://sys/user/a", path.ToString());
        Assert.Equal("akka://sys/user/a#42", path.ToStringWithUid());
        Assert.Equal("akka://sys/user/a#42", path.ToSerializationFormat());
        Assert.Equal("akka.tcp://sys@host:2552/user/a#42", path.ToSerializationFormatWithAddress(Remote));
        Assert.Equal(42, ActorPath.Parse("akka://sys/user/a#42").Uid);
    }

    [Fact]
    public void Equal_paths_may_have_different_uids_but_not_equal_references()
    {
        var one = (new RootActorPath(Local) / "a").WithUid(1);
        var two = (new RootActorPath(Local) / "a").WithUid(2);
        Assert.Equal(one, two);
        Assert.Equal(one.GetHashCode(), two.GetHashCode());
        Assert.NotEqual(one, new RootActorPath(Remote) / "a");
        Assert.NotEqual(one, new RootActorPath(Local) / "b");
    }

    [Fact]
    public void A_path_knows_its_place()
    {
        var path = new RootActorPath(Local) / "user" / "a" / "b";
        Assert.Equal(["user", "a", "b"], path.Elements);
        Assert.Equal(3, path.Depth);
        Assert.Equal("a", path.Parent.Name);
        Assert.Equal("user", path.ParentOf(1).Name);
        Assert.Equal("a", path.ParentOf(-1).Name);
        Assert.Equal(new RootActorPath(Local), path.Root);
        Assert.Equal("/user/a/b", path.ToStringWithoutAddress());
        Assert.Equal("/", path.Root.ToStringWithoutAddress());
        Assert.Equal(path, new RootActorPath(Local) / new[] { "user", "a", "b" });
    }

    [Fact]
    public void A_remote_address_of_its_own_wins_over_a_given_one()
    {
        Assert.Equal("akka.tcp://sys@host:2552/", new RootActorPath(Local).ToStringWithAddress(Remote));
        var other = new Address("akka.tcp", "sys", "other", 1);
        Assert.Equal("akka.tcp://sys@host:2552/user", (new RootActorPath(Remote) / "user").ToStringWithAddress(other));
    }

    [Theory]
    [InlineData("a-b_c.d*e$f+g", true)]
    [InlineData("(42)", true)]
    [InlineData("%32", true)]
    [InlineData(@"SomeCharacters;::@&=+,.!~*'_", true)]
    [InlineData("$a", false)]
    [InlineData("a/b", false)]
    [InlineData("%zz", false)]
    [InlineData("%", false)]
    [InlineData("", false)]
    [InlineData("å", false)]
    public void Names_are_made_of_few_characters(string name, bool valid) => Assert.Equal(valid, ActorPath.IsValidPathElement(name));

    [Fact]
    public void Addresses_are_read_and_compared()
    {
        Assert.Equal(Remote, Address.Parse("akka.tcp://sys@host:2552"));
        Assert.Equal(Local, Address.Parse("akka://sys"));
        Assert.True(Address.TryParse("akka://sys@host:1/a/b", out var address, out string rest));
        Assert.Equal(("akka://sys@host:1", "/a/b"), (address.ToString(), rest));
        Assert.False(Address.TryParse("akka://sys@host/a", out _));
        Assert.Equal("sys@host:2552", Remote.HostPort());
        Assert.True(Local.HasLocalScope);
        Assert.True(Remote.HasGlobalScope);
        Assert.Throws<UriFormatException>(() => Address.Parse("not an address"));
        Assert.Equal([Local, Remote], new[] { Remote, Local }.Order(Address.Comparer));
        Assert.Equal(Remote, Local.WithProtocol("akka.tcp").WithHost("HOST").WithPort(2552));
    }
}
