using ImageSearch.ServiceDefaults.Resilience;

namespace ImageSearch.ServiceDefaults.Discovery;

/// <summary>Sends <c>http://NAME/…</c> to an endpoint of the service NAME; other hosts pass through untouched.</summary>
internal sealed class DiscoveryHandler(ServiceEndpoints services, TimeProvider clock) : DelegatingHandler
{
    /// <summary>How long a call waits for a replica that looks down; only one call, which finds out, waits for longer.</summary>
    private static readonly TimeSpan PanicWait = TimeSpan.FromMilliseconds(250);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri is not { IsAbsoluteUri: true } logical
            || await services.FindReplicasAsync(logical.Host, cancellationToken) is not { } replicas)
        {
            return await base.SendAsync(request, cancellationToken);
        }

        var route = CallRoute.Of(request);
        var (replica, isProbe, isPanic) = replicas.Pick(route);
        var start = clock.GetTimestamp();
        try
        {
            request.RequestUri = new Uri(replica.Address, string.Concat(replica.Address.AbsolutePath.TrimEnd('/'), logical.PathAndQuery));
            request.Headers.Remove(Deadline.Header);
            if (route.Deadline is { } deadline)
            {
                request.Headers.Add(Deadline.Header, deadline.ToString());
            }

            var response = await (
                isPanic ? SendInPanicAsync(request, replica, cancellationToken) : base.SendAsync(request, cancellationToken));
            replicas.ReportUp(replica);
            return response;
        }
        catch (Exception e) when (CallFailure.IsUnreachable(e) || (e is OperationCanceledException && route.HedgeDelay is null && CallFailure.IsAttemptTimeout(request)))
        {
            route.ReportUnreachable(replicas.ReportDown(replica));
            throw;
        }
        catch (OperationCanceledException) when (clock.GetElapsedTime(start) is var waited && waited >= route.HedgeDelay)
        {
            replicas.ReportUnanswered(replica, clock.GetElapsedTime(start));
            throw;
        }
        finally
        {
            if (isProbe)
            {
                replicas.Release(replica);
            }

            request.RequestUri = logical; // another attempt looks the service up again
        }
    }

    /// <exception cref="UnansweredException">
    /// It did not answer this call within <see cref="PanicWait"/>, nor any other call meanwhile.
    /// </exception>
    private async Task<HttpResponseMessage> SendInPanicAsync(
        HttpRequestMessage request, Replica replica, CancellationToken cancellationToken)
    {
        var host = request.RequestUri!.Authority;
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var answer = base.SendAsync(request, wait.Token);
        await Task.WhenAny(answer, Task.Delay(PanicWait, clock, cancellationToken));
        if (!answer.IsCompleted && replica.State != ReplicaState.Up)
        {
            await wait.CancelAsync();
        }

        try
        {
            return await answer;
        }
        catch (OperationCanceledException e) when (wait.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new UnansweredException($"{host} looks down and did not answer within {PanicWait.TotalSeconds} s.", e);
        }
    }
}
