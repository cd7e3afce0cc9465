using System.Globalization;
using System.Threading.RateLimiting;
using ImageSearch.ServiceDefaults.Errors;
using ImageSearch.Web.Security.Keys;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Security.Limits;

/// <summary>
/// ASP.NET Core's rate limiter with a bucket per client and kind of call, and the headers that tell a client where it stands.
/// </summary>
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

    /// <summary>
    /// Counts a call that asks for several things as that many; as all that its client may do at once, where that is less. The first was
    /// counted when the call came.
    /// </summary>
    /// <exception cref="ProblemException">They are too many now.</exception>
    public void Count(HttpContext context, int things)
    {
        if (RateOf(context) is { IsLimited: true } rate && Math.Min(things, rate.Size) - 1 is > 0 and var more)
        {
            using var lease = _limiter.AttemptAcquire(context, more);
            if (!lease.IsAcquired)
            {
                throw Refused(rate);
            }
        }
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
        return new ValueTask(ProblemFilter.Answer(context, Refused(RateOf(context)!)).ExecuteAsync(context));
    }

    private static ProblemException Refused(RequestRate rate) => new(
        StatusCodes.Status429TooManyRequests,
        "rate-limited",
        $"Too many calls from you: {rate.PerSecond.ToString("0.###", CultureInfo.InvariantCulture)} per second are answered. Wait as long as Retry-After says, then send it again.")
    {
        RetryAfter = TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(1 / rate.PerSecond))),
    };

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
