namespace ImageSearch.ServiceDefaults.Discovery;

/// <summary>Sends <c>http://NAME/…</c> to an endpoint of the service NAME; other hosts pass through untouched.</summary>
internal sealed class DiscoveryHandler(ServiceEndpoints services) : DelegatingHandler
{
    private static readonly HttpRequestOptionsKey<List<int>> Tried = new("ImageSearch.Discovery.Tried");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri is not { IsAbsoluteUri: true } logical || !services.TryGet(logical.Host, out var replicas))
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }

        if (!request.Options.TryGetValue(Tried, out var tried))
        {
            request.Options.Set(Tried, tried = []);
        }

        var endpoint = replicas.Pick(tried);
        tried.Add(endpoint);
        try
        {
            request.RequestUri = Combine(replicas.All[endpoint], logical);
            var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            replicas.ReportUp(endpoint);
            return response;
        }
        catch (Exception e) when (CallFailure.IsUnreachable(e) || (e is OperationCanceledException && CallFailure.IsAttemptTimeout(request)))
        {
            replicas.ReportDown(endpoint);
            throw;
        }
        finally
        {
            request.RequestUri = logical; // another attempt looks the service up again
        }
    }

    private static Uri Combine(Uri endpoint, Uri logical) =>
        new(endpoint, string.Concat(endpoint.AbsolutePath.TrimEnd('/'), logical.PathAndQuery));
}
