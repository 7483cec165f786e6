using System.CommandLine;

namespace AkkaRaft.Node.Commands;

/// <summary>Arguments that several commands of the store have.</summary>
internal static class KeyArguments
{
    public static Argument<string> Key() => new Argument<string>("KEY") { Description = "The key; not empty." }.NotEmpty();

    public static Argument<string?> Prefix() =>
        new("PREFIX") { Description = "How the keys begin; all keys without it.", Arity = ArgumentArity.ZeroOrOne };

    public static Option<long?> Lease() => Numbers.Option(
        "--lease", "The id of the lease that the key is attached to: the key is removed when the lease ends.", 1, long.MaxValue);
}
