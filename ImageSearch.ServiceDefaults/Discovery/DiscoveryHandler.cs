using ImageSearch.ServiceDefaults.Resilience;

namespace ImageSearch.ServiceDefaults.Discovery;

/// <summary>Sends <c>http://NAME/…</c> to an endpoint of the service NAME; other hosts pass through untouched.</summary>
internal sealed class DiscoveryHandler(ServiceEndpoints services, TimeProvider clock) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri is not { IsAbsoluteUri: true } logical || !services.TryGet(logical.Host, out var replicas))
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }

        var route = CallRoute.Of(request);
        var endpoint = replicas.Pick(route, out var isProbe);
        var start = clock.GetTimestamp();
        try
        {
            request.RequestUri = Combine(replicas.All[endpoint], logical);
            TellDeadline(request, route);
            var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            replicas.ReportUp(endpoint);
            return response;
        }
        catch (Exception e) when (CallFailure.IsUnreachable(e) || (e is OperationCanceledException && route.Patience is null && CallFailure.IsAttemptTimeout(request)))
        {
            route.ReportUnreachable(replicas.ReportDown(endpoint));
            throw;
        }
        catch (OperationCanceledException) when (route.Patience is { } patience && clock.GetElapsedTime(start) >= patience)
        {
            replicas.ReportUnanswered(endpoint, clock.GetElapsedTime(start));
            throw;
        }
        finally
        {
            if (isProbe)
            {
                replicas.Release(endpoint);
            }

            request.RequestUri = logical; // another attempt looks the service up again
        }
    }

    private static void TellDeadline(HttpRequestMessage request, CallRoute route)
    {
        if (route.Deadline is { } deadline)
        {
            request.Headers.Remove(Deadline.Header);
            request.Headers.Add(Deadline.Header, deadline.ToString());
        }
    }

    private static Uri Combine(Uri endpoint, Uri logical) =>
        new(endpoint, string.Concat(endpoint.AbsolutePath.TrimEnd('/'), logical.PathAndQuery));
}
