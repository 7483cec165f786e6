namespace Akka.Util;

public readonly struct Result<T> : IEquatable<Result<T>>
{
    public readonly bool IsSuccess;
    public readonly T Value;
    public readonly Exception Exception;

    public Result(T value)
    {
        IsSuccess = true;
        Value = value;
        Exception = null!;
    }

    public Result(Exception exception)
    {
        IsSuccess = false;
        Value = default!;
        Exception = exception;
    }

    public static bool operator ==(Result<T> left, Result<T> right) => left.Equals(right);

    public static bool operator !=(Result<T> left, Result<T> right) => !left.Equals(right);

    public bool Equals(Result<T> other) =>
        IsSuccess == other.IsSuccess
        && (IsSuccess ? EqualityComparer<T>.Default.Equals(Value, other.Value) : Equals(Exception, other.Exception));

    public override bool Equals(object? obj) => obj is Result<T> other && Equals(other);

    public override int GetHashCode() => IsSuccess ? HashCode.Combine(true, Value) : HashCode.Combine(false, Exception);

    public override string ToString() => IsSuccess ? $"Success ({Value})" : $"Failure ({Exception})";
}

public static class Result
{
    public static Result<T> Success<T>(T value) => new(value);

    public static Result<T> Failure<T>(Exception exception) => new(exception);

    public static Result<T> From<T>(Func<T> func)
    {
        try
        {
            return new Result<T>(func());
        }
        catch (Exception failure)
        {
            return new Result<T>(failure);
        }
    }

    /// <summary>The outcome of a task that has completed; a cancelled one counts as failed.</summary>
    public static Result<T> FromTask<T>(Task<T> task)
    {
        if (!task.IsCompleted) throw new ArgumentException("The task has not completed yet.", nameof(task));
        if (task.IsCompletedSuccessfully) return Success(task.Result);
        return Failure<T>(task.Exception ?? (Exception)new TaskCanceledException(task));
    }
}
