using System.Reflection;

namespace Engine.Tests.Api;

/// <summary>
/// Whatever is written against the engine must compile against Akka.NET, so the engine may show nothing that Akka.NET does not:
/// no type or member, no base type, nothing optional, nothing to override.
/// </summary>
public class PublicApiSpec
{
    private static readonly Lazy<HashSet<string>> AkkaNet = new(() =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Api", "akka-net-1.5.27-api.txt")).ToHashSet(StringComparer.Ordinal));

    [Theory]
    [InlineData("Hocon")]
    [InlineData("Hocon.Configuration")]
    [InlineData("Akka")]
    [InlineData("Akka.Remote")]
    [InlineData("Akka.Persistence")]
    [InlineData("Akka.Persistence.Sql")]
    [InlineData("Akka.TestKit")]
    [InlineData("Akka.TestKit.Xunit2")]
    public void An_assembly_shows_nothing_that_Akka_NET_does_not(string assembly)
    {
        var unknown = PublicSurface.Of(Assembly.Load(assembly)).Where(fact => !AkkaNet.Value.Contains(fact)).ToList();

        Assert.True(unknown.Count == 0, $"{assembly} shows {unknown.Count} facts beyond Akka.NET's:\n{string.Join('\n', unknown)}");
    }

    [Fact]
    public void The_listing_tells_what_a_type_is_has_and_lets_be_overridden()
    {
        var facts = PublicSurface.Of(typeof(PublicApiSpec).Assembly).Where(f => f.Contains("Sample", StringComparison.Ordinal));

        Assert.Equal(
            [
                "has  Engine.Tests.Api.Sample<T> :: Engine.Tests.Api.Sample<T>+Part<System.Int32> One(System.Int32[], System.String ?)",
                "has  Engine.Tests.Api.Sample<T> :: new()",
                "has  Engine.Tests.Api.Sample<T> :: protected System.Boolean Two<U>(out U, ref T, params System.Object[])",
                "has  Engine.Tests.Api.Sample<T> :: static System.Int32 Three",
                "has  Engine.Tests.Api.Sample<T>+Part<U> :: new()",
                "is   Engine.Tests.Api.Sample<T> : System.ICloneable",
                "is   Engine.Tests.Api.Sample<T> : System.Object",
                "is   Engine.Tests.Api.Sample<T>+Part<U> : System.Object",
                "over Engine.Tests.Api.Sample<T> :: protected System.Boolean Two<U>(out U, ref T, params System.Object[])",
                "type class Engine.Tests.Api.Sample<T>",
                "type sealed class Engine.Tests.Api.Sample<T>+Part<U>",
            ],
            facts.Where(f => !f.Contains("Clone()", StringComparison.Ordinal)));
    }
}

public class Sample<T> : ICloneable
{
    public static readonly int Three = 3;

    public Part<int> One(int[] a, string b = "") => new();

    public object Clone() => this;

    protected virtual bool Two<U>(out U a, ref T b, params object[] c)
    {
        a = default!;
        return true;
    }

    public sealed class Part<U>
    {
    }
}
