using System.Globalization;
using System.Threading.RateLimiting;
using ImageSearch.ServiceDefaults.Errors;
using ImageSearch.Web.Security.Keys;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Security.Limits;

/// <summary>ASP.NET Core's rate limiter with a bucket per client and kind of call, and the headers that tell a client where it stands.</summary>
internal sealed class RateLimits : IDisposable
{
    private readonly RateLimitOptions _options;
    private readonly PartitionedRateLimiter<HttpContext> _limiter;

    public RateLimits(IOptions<RateLimitOptions> options)
    {
        _options = options.Value;
        _limiter = PartitionedRateLimiter.Create<HttpContext, (CallKind, string)>(Partition);
    }

    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<RateLimits>();
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<RateLimits>((limiter, limits) =>
        {
            limiter.GlobalLimiter = limits._limiter;
            limiter.OnRejected = (rejected, _) => limits.RefuseAsync(rejected);
        });
    }

    public static void Use(IApplicationBuilder app)
    {
        var limits = app.ApplicationServices.GetRequiredService<RateLimits>();
        app.Use((context, next) =>
        {
            if (limits.RateOf(context) is { IsLimited: true })
            {
                context.Response.OnStarting(() =>
                {
                    limits.Tell(context);
                    return Task.CompletedTask;
                });
            }

            return next(context);
        });
        app.UseRateLimiter();
    }

    public void Dispose() => _limiter.Dispose();

    private RequestRate? RateOf(HttpContext context) => _options.For(Access.KindOf(context.GetEndpoint(), context.Request.Method));

    private RateLimitPartition<(CallKind Kind, string Client)> Partition(HttpContext context)
    {
        var kind = Access.KindOf(context.GetEndpoint(), context.Request.Method);
        if (_options.For(kind) is not { IsLimited: true } rate)
        {
            return RateLimitPartition.GetNoLimiter((kind, ""));
        }

        // Keys and addresses cannot be taken for one another: no address begins so.
        var client = KeyHolder.Of(context.User) is { } holder ? $"key {holder.Id}" : ClientAddress.Of(context.Connection.RemoteIpAddress);
        return RateLimitPartition.GetTokenBucketLimiter((kind, client), _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = rate.Size,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1 / rate.PerSecond),
            QueueLimit = 0,
        });
    }

    private void Tell(HttpContext context)
    {
        if (RateOf(context) is { } rate && _limiter.GetStatistics(context)?.CurrentAvailablePermits is { } left)
        {
            var headers = context.Response.Headers;
            headers["RateLimit-Limit"] = Text(rate.Size);
            headers["RateLimit-Remaining"] = Text(left);
            headers["RateLimit-Reset"] = Text(Math.Ceiling((rate.Size - left) / rate.PerSecond));
        }
    }

    private ValueTask RefuseAsync(OnRejectedContext rejected)
    {
        var context = rejected.HttpContext;
        var rate = RateOf(context)!;
        var wait = TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(1 / rate.PerSecond)));
        var problem = new ProblemException(
            StatusCodes.Status429TooManyRequests, "rate-limited",
            $"Too many calls from you: {rate.PerSecond.ToString("0.###", CultureInfo.InvariantCulture)} per second are answered. Wait as long as Retry-After says, then send it again.")
        {
            RetryAfter = wait,
        };
        return new ValueTask(ProblemFilter.Answer(context, problem).ExecuteAsync(context));
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
