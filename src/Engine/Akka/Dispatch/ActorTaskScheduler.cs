using Akka.Actor;
using Akka.Dispatch.SysMsg;

namespace Akka.Dispatch;

/// <summary>
/// Runs the steps of an actor's asynchronous handlers within the actor: as if they were part of receiving the message, with its
/// mailbox suspended from the first step to the last.
/// </summary>
public class ActorTaskScheduler : TaskScheduler
{
    private readonly ActorCell _cell;
    private IActorRef _sender = ActorRefs.NoSender;

    internal ActorTaskScheduler(ActorCell cell) => _cell = cell;

    /// <summary>The message whose asynchronous handler is under way.</summary>
    public object? CurrentMessage { get; private set; }

    public override int MaximumConcurrencyLevel => 1;

    public static void RunTask(Action action) => RunTask(() =>
    {
        action();
        return Task.CompletedTask;
    });

    /// <exception cref="InvalidOperationException">Not called within an actor.</exception>
    public static void RunTask(Func<Task> asyncAction)
    {
        var cell = ActorCell.Current ?? throw new InvalidOperationException("RunTask must be called from an actor context.");
        var scheduler = cell.TaskScheduler;
        var message = cell.CurrentMessage;
        scheduler.CurrentMessage = message;
        scheduler._sender = cell.Sender;
        var task = Task.Factory.StartNew(asyncAction, CancellationToken.None, TaskCreationOptions.None, scheduler).Unwrap();
        if (task.IsCompleted)
        {
            scheduler.CurrentMessage = null;
            task.GetAwaiter().GetResult();
            return;
        }

        cell.SuspendForTask();
        task.ContinueWith(
            static (ended, state) =>
            {
                var (cell, message) = ((ActorCell, object?))state!;
                cell.SendSystemMessage(new ActorTaskCompleted(FailureOf(ended), message));
            },
            (cell, message), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, Default);
    }

    internal void Execute(Task task)
    {
        _cell.RestoreMessage(CurrentMessage, _sender);
        Run(task);
    }

    internal void Completed() => CurrentMessage = null;

    protected override void QueueTask(Task task)
    {
        if ((task.CreationOptions & TaskCreationOptions.LongRunning) == 0 && ReferenceEquals(ActorCell.Current, _cell))
            Run(task);
        else
            _cell.SendSystemMessage(new ActorTask(task));
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && ReferenceEquals(ActorCell.Current, _cell) && Run(task);

    protected override IEnumerable<Task>? GetScheduledTasks() => null;

    protected virtual void OnBeforeTaskStarted()
    {
    }

    protected virtual void OnAfterTaskCompleted()
    {
    }

    private bool Run(Task task)
    {
        OnBeforeTaskStarted();
        try
        {
            return TryExecuteTask(task);
        }
        finally
        {
            OnAfterTaskCompleted();
        }
    }

    private static Exception? FailureOf(Task task) => task.Exception is { } all
        ? all.InnerExceptions.Count == 1 ? all.InnerException : all
        : task.IsCanceled ? new TaskCanceledException(task) : null;
}
