using System.Buffers.Binary;
using AkkaRaft.Core;
using AkkaRaft.TestKit.Linearizability;

namespace AkkaRaft.Simulation;

/// <summary>
/// One try of a client at an operation. Without sessions a retry could apply twice, so a retry is an attempt, and an operation of the
/// history, of its own; the value that it writes is its number, so that every value tells where it comes from.
/// </summary>
internal sealed class Attempt(long number, int client, RegisterInput input)
{
    public long Number { get; } = number;

    public int Client { get; } = client;

    public RegisterInput Input { get; } = input;

    public bool IsRead => Input is ReadRegister;

    public Operation<RegisterInput, RegisterOutput>? Operation { get; set; }

    /// <summary>Where it was first seen committed; 0 while it was not.</summary>
    public long CommittedAt { get; set; }

    /// <summary>A server has promised that it never takes effect.</summary>
    public bool IsRejected { get; set; }

    /// <summary>What the client was told; null as long as it waits, and for good if it gave up.</summary>
    public Answer? Answer { get; set; }

    /// <summary>What goes through the log: the number, and padding so that sizes differ.</summary>
    public Command? Command { get; private set; }

    public static long NumberOf(Command command) => BinaryPrimitives.ReadInt64LittleEndian(command.Data.Span);

    public void MakeCommand(int padding)
    {
        var data = new byte[8 + padding];
        BinaryPrimitives.WriteInt64LittleEndian(data, Number);
        Command = new Command(1, "", data);
    }

    public override string ToString() => $"client {Client} attempt {Number} ({Input})";
}

/// <summary>What a server tells a client: a result, or a failure.</summary>
/// <param name="Output">The result.</param>
/// <param name="Failure">Why there is none.</param>
internal sealed record Answer(RegisterOutput Output, RequestFailure? Failure);
