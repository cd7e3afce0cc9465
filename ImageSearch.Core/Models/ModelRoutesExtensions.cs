using System.ComponentModel.DataAnnotations;
using ImageSearch.Core.RabbitMq;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageSearch.Core.Models;

public static class ModelRoutesExtensions
{
    /// <summary>Binds and validates <see cref="ModelRoutes"/> at start; every mistake is reported at once.</summary>
    public static IServiceCollection AddModelRoutes(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<IValidateOptions<ModelRoutes>, ModelRoutesValidator>();
        services.AddOptions<ModelRoutes>().Bind(configuration.GetSection(ModelRoutes.Section)).ValidateOnStart();
        return services;
    }

    private sealed class ModelRoutesValidator(IServiceProviderIsService services) : IValidateOptions<ModelRoutes>
    {
        public ValidateOptionsResult Validate(string? name, ModelRoutes options)
        {
            var errors = new List<string>();
            if (options.Count == 0)
            {
                errors.Add("No model is declared: set Models:0:Name, :Version, :Dimension.");
            }

            for (var i = 0; i < options.Count; i++)
            {
                var results = new List<ValidationResult>();
                TryValidate(options[i], results);
                errors.AddRange(results.Select(result => $"Models:{i}: {result.ErrorMessage}"));
                if (!ModelDeclaration.IsName(options[i].Name))
                {
                    errors.Add($"Models:{i}: A model's name is 1 to 32 lower-case letters, digits and single hyphens.");
                }
            }

            if (!services.IsService(typeof(RabbitMqConnection)))
            {
                errors.AddRange(options.Where(model => model.QueryTransport == QueryTransport.Rpc).Select(model =>
                    $"Models: '{model.Name}' has QueryTransport Rpc, which needs RabbitMQ: set Backend to servers and ConnectionStrings:rabbitmq, or QueryTransport to Http."));
            }

            errors.AddRange(options.GroupBy(model => model.Name).Where(group => group.Count() > 1).Select(
                group => $"Models: the name '{group.Key}' is declared twice."));
            return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
        }

        private static void TryValidate(ModelRoute model, List<ValidationResult> results) =>
            Validator.TryValidateObject(model, new ValidationContext(model), results, validateAllProperties: true);
    }
}
