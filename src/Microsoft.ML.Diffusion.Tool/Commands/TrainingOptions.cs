using System.CommandLine;
using Microsoft.ML.Diffusion.Core.Engines;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Tool.Configuration;

namespace Microsoft.ML.Diffusion.Tool.Commands;

/// <summary>The options of commands that train to impute.</summary>
internal sealed class TrainingOptions
{
    private const string DefaultPreset = "default";

    public Option<string?> Method { get; } = TypedOption.Name("--method", [.. ImputationMethods.All.Select(method => method.Name)],
        $"How to learn and fill in: {string.Join(", ", ImputationMethods.All.Select(method => $"{method.Name} ({method.Title})"))}; " +
        $"{ImputationMethods.All[0].Name} is the default.");

    public Option<string?> Config { get; } = new("--config")
    {
        HelpName = "FILE.json",
        Description = $"Options of the estimator and of its method by property name; \"preset\" is one of {Presets()}.",
    };

    public Option<ImputationMembers?> Members { get; } = TypedOption.Flags<ImputationMembers>("--members",
        "The predictors whose weighted mean is the best guess of the method conditional; all is the default.");

    public Option<string[]> Rules { get; } = CommonOptions.CreateRules();

    public Option<int?> MaxTime { get; } = CommonOptions.CreateMaxTime();

    public Option<EngineKind?> Engine { get; } = EngineOption.Create();

    /// <summary>The options of the estimator and its method: the defaults or a preset, then the file, then the command line.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="seed">Seed from the command line, where given.</param>
    /// <exception cref="InputException">The file is none of options, or an option is unknown to the method or has an impossible
    /// value.</exception>
    /// <exception cref="UsageException">The method needs no engine, and one is named.</exception>
    public DiffusionImputeEstimator.Options Read(ParseResult parsed, int? seed) => Read(parsed, seed, parsed.GetValue(Method));

    /// <inheritdoc cref="Read(ParseResult, int?)"/>
    /// <param name="parsed">The command line.</param>
    /// <param name="seed">Seed from the command line, where given.</param>
    /// <param name="method">Method from the command line, where given.</param>
    public DiffusionImputeEstimator.Options Read(ParseResult parsed, int? seed, string? method)
    {
        string? path = parsed.GetValue(Config);
        ConfigFile? config = path is null ? null : ConfigFile.Read(path);
        var options = new DiffusionImputeEstimator.Options { Method = MethodOf(config, method) };
        config?.Set(options.Method.Registration.Name, options, options.Method);
        if (parsed.GetValue(Engine) is { } engine)
        {
            if (options.Method is not DiffusionImputerOptions diffusion)
                throw new UsageException($"--engine is for methods that train a network; {options.Method.Registration.Name} trains none.");
            diffusion.Engine = engine;
        }
        else if (config is not null && options.Method is DiffusionImputerOptions own)
        {
            EngineOption.Refuse(config, own.Engine, own.GpuDeviceId, own.FallbackToCpu);
        }

        if (parsed.GetValue(Members) is { } members)
        {
            if (options.Method is not ConditionalOptions conditional)
                throw new UsageException($"--members are those of the method conditional; {options.Method.Registration.Name} has none.");
            conditional.Members = members;
        }

        if (parsed.GetValue(MaxTime) is { } seconds)
            options.Method.MaxTrainingTime = TimeSpan.FromSeconds(seconds);

        options.Rules = [.. options.Rules, .. parsed.GetValue(Rules) ?? []];
        options.Seed = seed ?? options.Seed ?? CommonOptions.DefaultSeed;
        // The columns of a file were surveyed before.
        options.InferRoles = false;
        OptionsCheck.Refuse(path, options);
        return options;
    }

    /// <summary>The method's defaults or preset. A preset whose method is not named is that of the first method that has it.</summary>
    private static ImputerOptions MethodOf(ConfigFile? config, string? named)
    {
        string? name = named ?? config?.Method, preset = config?.Preset;
        bool isDefault = preset is null || string.Equals(preset, DefaultPreset, StringComparison.OrdinalIgnoreCase);
        ImputationMethod? method = name is not null ? ImputationMethods.Find(name)
            : isDefault ? ImputationMethods.All[0]
            : ImputationMethods.All.FirstOrDefault(each => each.Presets.ContainsKey(preset!));
        if (method is null)
        {
            throw config!.Refusal(name is not null
                ? $"there is no method \"{name}\"; {string.Join(", ", ImputationMethods.All.Select(each => each.Name))} was expected."
                : $"there is no preset \"{preset}\"; there are {Presets()}.");
        }

        if (isDefault)
            return method.NewOptions();
        return method.Presets.TryGetValue(preset!, out Func<ImputerOptions>? options) ? options()
            : throw config!.Refusal($"the method {method.Name} has no preset \"{preset}\"; there are {Presets()}.");
    }

    private static string Presets() => string.Join(", ", ImputationMethods.All
        .Where(method => method.Presets.Count > 0)
        .Select(method => $"{string.Join(" and ", method.Presets.Keys)} of {method.Name}")
        .Prepend($"{DefaultPreset} of every method"));
}
