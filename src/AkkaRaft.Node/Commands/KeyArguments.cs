using System.CommandLine;

namespace AkkaRaft.Node.Commands;

/// <summary>Arguments that several commands of the store have.</summary>
internal static class KeyArguments
{
    public static Argument<string> Key()
    {
        var key = new Argument<string>("KEY") { Description = "The key; not empty." };
        key.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: "" }])
            {
                result.AddError("KEY must not be empty.");
            }
        });
        return key;
    }

    public static Argument<string> Prefix() =>
        new("PREFIX") { Description = "How the keys begin; all keys without it.", DefaultValueFactory = _ => "" };

    public static Option<long> Lease() =>
        new("--lease") { Description = "The id of the lease that the key goes with: it vanishes when the lease ends." };
}
