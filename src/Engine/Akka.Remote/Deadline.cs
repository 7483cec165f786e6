namespace Akka.Remote;

/// <summary>A point in time by which something is due.</summary>
public class Deadline
{
    public Deadline(DateTime when)
    {
        When = when;
    }

    public static Deadline Now => new(DateTime.UtcNow);

    public DateTime When { get; }

    public bool IsOverdue => DateTime.UtcNow > When;

    public bool HasTimeLeft => DateTime.UtcNow < When;

    public TimeSpan TimeLeft => When - DateTime.UtcNow;

    public static Deadline operator +(Deadline deadline, TimeSpan duration) => new(deadline.When.Add(duration));

    public static Deadline operator +(Deadline deadline, TimeSpan? duration) => duration is { } some ? deadline + some : deadline;

    public override bool Equals(object? obj) => obj is Deadline other && other.When == When;

    public override int GetHashCode() => When.GetHashCode();
}
