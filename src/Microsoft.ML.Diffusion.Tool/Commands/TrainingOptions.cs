using System.CommandLine;
using Microsoft.ML.Diffusion.Core.Engines;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Tool.Configuration;

namespace Microsoft.ML.Diffusion.Tool.Commands;

/// <summary>The options of commands that train.</summary>
internal sealed class TrainingOptions
{
    public Option<DiffusionMethod?> Method { get; } = TypedOption.Choice<DiffusionMethod>("--method", "How to learn and fill in; conditional is the default.");

    public Option<string?> Config { get; } = new("--config") { HelpName = "FILE.json", Description = "Options of the estimator by property name; \"preset\": \"paper\" for MissDiff and \"csdit\" for CSDI-T as published." };

    public Option<EngineKind?> Engine { get; } = EngineOption.Create();

    /// <summary>The estimator's options: its defaults, then the file, then the command line.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="seed">Seed from the command line, where given.</param>
    public DiffusionImputeEstimator.Options Read(ParseResult parsed, int? seed) => Read(parsed, seed, parsed.GetValue(Method));

    /// <inheritdoc cref="Read(ParseResult, int?)"/>
    /// <param name="parsed">The command line.</param>
    /// <param name="seed">Seed from the command line, where given.</param>
    /// <param name="method">Method from the command line, where given.</param>
    public DiffusionImputeEstimator.Options Read(ParseResult parsed, int? seed, DiffusionMethod? method)
    {
        var options = new DiffusionImputeEstimator.Options();
        if (parsed.GetValue(Config) is { } path)
            ConfigFile.Apply(path, options);
        options.Method = method ?? options.Method;
        options.Engine = parsed.GetValue(Engine) ?? options.Engine;
        options.Seed = seed ?? options.Seed ?? CommonOptions.DefaultSeed;
        OptionsCheck.Refuse(parsed.GetValue(Config), options);
        return options;
    }
}
