using ImageSearch.Web.Security.Keys;
using ImageSearch.ServiceDefaults.Errors;
using ImageSearch.Web.Security.Limits;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Security;

/// <summary>Who may call what, how often, from where, and how much of it.</summary>
internal static class SecurityExtensions
{
    /// <summary>Body of a request whose handler says nothing else. Uploads, searches and imports have limits of their own.</summary>
    private const long MaximumBodyBytes = 1_000_000;

    public static IHostApplicationBuilder AddSecurity(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        AddOptions<SecurityOptions, SecurityOptionsValidator>(SecurityOptions.Section);
        AddOptions<RateLimitOptions, RateLimitOptionsValidator>(RateLimitOptions.Section);
        AddOptions<CrossOriginOptions, CrossOriginOptionsValidator>(CrossOriginOptions.Section);

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<KeyUse>();
        services.AddHostedService(provider => provider.GetRequiredService<KeyUse>());
        services.AddSingleton<KeyCheck>();
        services.AddAuthentication(KeyScheme.Name).AddScheme<AuthenticationSchemeOptions, KeyAuthentication>(KeyScheme.Name, null);

        // The fallback is for every endpoint that does not say AllowAnonymous, and for addresses where there is none.
        services.AddSingleton<IAuthorizationHandler, ScopeRequirement.Handler>();
        var policy = new AuthorizationPolicyBuilder().AddRequirements(new ScopeRequirement()).Build();
        services.AddAuthorizationBuilder().SetDefaultPolicy(policy).SetFallbackPolicy(policy);

        RateLimits.Add(services);
        SecurityDescription.Add(services);
        services.AddSingleton<IDataProtectionProvider, FormProtection>();
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "imagesearch-form";
            options.Cookie.SameSite = SameSiteMode.Strict;
        });
        // A cookie that is none of ours is no error of ours: the framework would log each with its stack, as often as a client likes.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.Critical);
        services.AddCors();
        services.Configure<KestrelServerOptions>(options => options.Limits.MaxRequestBodySize = MaximumBodyBytes);
        return builder;

        void AddOptions<T, TValidator>(string section)
            where T : class
            where TValidator : class, IValidateOptions<T>
        {
            services.AddSingleton<IValidateOptions<T>, TValidator>();
            services.AddOptions<T>().Bind(builder.Configuration.GetSection(section)).ValidateOnStart();
        }
    }

    /// <summary>
    /// Forms need the token of the page that they are on. Endpoints whose code is generated read a form whatever its token, so that those
    /// without a right one are refused here.
    /// </summary>
    public static WebApplication UseFormTokens(this WebApplication app)
    {
        app.UseAntiforgery();
        app.Use((context, next) =>
        {
            if (context.Features.Get<IAntiforgeryValidationFeature>() is not { IsValid: false })
            {
                return next(context);
            }

            return Problems.Create(
                StatusCodes.Status400BadRequest, "stale-form",
                "The page that this form is on is out of date. Load it again, then send the form again.")
                .ExecuteAsync(context);
        });
        return app;
    }

    /// <summary>
    /// Whose key it is, whether that is too often, whether that is enough: in this order, so that limits count for keys where there are
    /// some.
    /// </summary>
    public static WebApplication UseAccessControl(this WebApplication app)
    {
        var origins = app.Services.GetRequiredService<IOptions<CrossOriginOptions>>().Value.Origins;
        if (origins.Count > 0)
        {
            // Without credentials: a page of another site sends a key in a header, never somebody's cookie.
            app.UseCors(policy => policy.WithOrigins([.. origins]).AllowAnyHeader().AllowAnyMethod().SetPreflightMaxAge(
                TimeSpan.FromMinutes(10)).WithExposedHeaders(
                "Location", "Retry-After", "Server-Timing", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset",
                "Idempotency-Replayed"));
        }

        app.UseAuthentication();
        RateLimits.Use(app);
        app.UseAuthorization();
        return app;
    }
}
