namespace Akka.Persistence.Sql.Db;

/// <summary>
/// A thread of its own that does all the work of one session in the order in which it came. Jobs of one kind that stand next
/// to each other may be done together: that is how writes of many actors share a transaction.
/// </summary>
internal sealed class SqlWorker
{
    private static readonly TimeSpan PatienceAtEnd = TimeSpan.FromSeconds(5);

    private readonly SqlSession _session;
    private readonly Queue<SqlJob> _queue = new();
    private readonly Thread _thread;
    private bool _ending;

    public SqlWorker(string name, SqlSession session)
    {
        _session = session;
        _thread = new Thread(Work) { Name = name, IsBackground = true };
        _thread.Start();
    }

    public Task<T> Run<T>(Func<SqlSession, T> work)
    {
        var job = new SqlTask<T>(work);
        Enqueue(job);
        return job.Task;
    }

    /// <summary>Answers false when that many jobs are waiting already.</summary>
    public bool TryEnqueue(SqlJob job, int limit)
    {
        lock (_queue)
        {
            if (_queue.Count >= limit)
                return false;

            Enqueue(job);
            return true;
        }
    }

    /// <summary>Takes no more jobs, and waits for a while until those it has are done and the session is closed.</summary>
    public void Stop()
    {
        lock (_queue)
        {
            _ending = true;
            Monitor.Pulse(_queue);
        }

        _thread.Join(PatienceAtEnd);
    }

    /// <summary>Takes jobs that wait at the front and are of this kind, without doing them.</summary>
    public List<T> TakeWaiting<T>(int max)
        where T : SqlJob
    {
        var taken = new List<T>();
        lock (_queue)
        {
            while (taken.Count < max && _queue.TryPeek(out var next) && next is T job)
            {
                taken.Add(job);
                _queue.Dequeue();
            }
        }

        return taken;
    }

    private void Enqueue(SqlJob job)
    {
        lock (_queue)
        {
            if (_ending)
            {
                job.Fail(new ObjectDisposedException(nameof(SqlWorker), "The plugin has been stopped."));
                return;
            }

            _queue.Enqueue(job);
            Monitor.Pulse(_queue);
        }
    }

    private void Work()
    {
        using (_session)
        {
            while (Next() is { } job)
            {
                try
                {
                    job.Do(_session, this);
                }
                catch (Exception e)
                {
                    job.Fail(e);
                }
            }
        }
    }

    private SqlJob? Next()
    {
        lock (_queue)
        {
            while (_queue.Count == 0 && !_ending)
                Monitor.Wait(_queue);
            return _queue.TryDequeue(out var job) ? job : null;
        }
    }
}

internal abstract class SqlJob
{
    public abstract void Do(SqlSession session, SqlWorker worker);

    public abstract void Fail(Exception cause);
}

internal sealed class SqlTask<T>(Func<SqlSession, T> work) : SqlJob
{
    private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Task => _result.Task;

    public override void Do(SqlSession session, SqlWorker worker) => _result.SetResult(work(session));

    public override void Fail(Exception cause) => _result.TrySetException(cause);
}
