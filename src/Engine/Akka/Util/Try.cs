namespace Akka.Util;

public class Try<T>
{
    public Try(T success)
    {
        Success = success;
        Failure = Option<Exception>.None;
        IsSuccess = true;
    }

    public Try(Exception failure)
    {
        Success = Option<T>.None;
        Failure = failure;
    }

    public bool IsSuccess { get; }

    public Option<T> Success { get; }

    public Option<Exception> Failure { get; }

    public static Try<T> From(Func<T> func)
    {
        try
        {
            return new Try<T>(func());
        }
        catch (Exception failure)
        {
            return new Try<T>(failure);
        }
    }

    public static implicit operator Try<T>(T value) => new(value);

    public T Get() => IsSuccess ? Success.Value : throw Failure.Value;

    public Try<T> GetOrElse(Func<T> fallback) => IsSuccess ? this : From(fallback);

    public Try<T> OrElse(Try<T> @default) => IsSuccess ? this : @default;

    public Try<T> Recover(Action<Exception> failureHandler)
    {
        if (IsSuccess) return this;
        try
        {
            failureHandler(Failure.Value);
            return this;
        }
        catch (Exception failure)
        {
            return new Try<T>(failure);
        }
    }

    public Try<T> RecoverWith(Func<Exception, Try<T>> failureHandler)
    {
        if (IsSuccess) return this;
        try
        {
            return failureHandler(Failure.Value);
        }
        catch (Exception failure)
        {
            return new Try<T>(failure);
        }
    }
}
