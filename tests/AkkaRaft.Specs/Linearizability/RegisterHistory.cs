using AkkaRaft.TestKit.Linearizability;

namespace AkkaRaft.Specs.Linearizability;

/// <summary>Writes a register's history down as a story: who asked what from when to when.</summary>
internal sealed class RegisterHistory
{
    public History<RegisterInput, RegisterOutput> History { get; } = new();

    public RegisterHistory Write(string client, string value, int from, int? to, string key = "x") =>
        Add(client, new WriteRegister(key, value), RegisterOutput.Done, from, to);

    public RegisterHistory Read(string client, string? value, int from, int? to, string key = "x") =>
        Add(client, new ReadRegister(key), RegisterOutput.Of(value), from, to);

    public RegisterHistory Set(string client, string? expected, string value, bool succeeded, int from, int? to, string key = "x") =>
        Add(client, new CompareAndSetRegister(key, expected, value), succeeded ? RegisterOutput.Done : RegisterOutput.Refused, from, to);

    public LinearizabilityResult<RegisterInput, RegisterOutput> Check() =>
        LinearizabilityChecker.Check(new RegisterModel(), History.Operations);

    private RegisterHistory Add(string client, RegisterInput input, RegisterOutput output, int from, int? to)
    {
        var operation = History.Call(client, input, TimeSpan.FromMilliseconds(from));
        if (to is { } at)
        {
            History.Return(operation, output, TimeSpan.FromMilliseconds(at));
        }

        return this;
    }
}
