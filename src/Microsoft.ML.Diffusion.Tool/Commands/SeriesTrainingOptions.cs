using System.CommandLine;
using Microsoft.ML.Diffusion.Core.Engines;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods;
using Microsoft.ML.Diffusion.Series.Methods.Networks;
using Microsoft.ML.Diffusion.Tool.Configuration;

namespace Microsoft.ML.Diffusion.Tool.Commands;

// In here, since ML.NET has a namespace of that name.
using Command = System.CommandLine.Command;

/// <summary>The options of a command that trains on series.</summary>
internal sealed class SeriesTrainingOptions
{
    private const string DefaultPreset = "default";

    private readonly Option<bool> _causal = new("--causal")
    {
        Description = "Fill in each cell from its own row and those before it alone, as while the series goes on.",
    };

    private readonly Option<string?> _method = TypedOption.Name("--method", [.. SeriesImputationMethods.All.Select(method => method.Name)],
        "How to learn and fill in: " +
        $"{string.Join(", ", SeriesImputationMethods.All.Select(method => $"{method.Name} ({method.Title})"))}; " +
        $"{SeriesImputationMethods.All[0].Name} is the default.");

    private readonly Option<string?> _config = new("--config")
    {
        HelpName = "FILE.json",
        Description = "Options of the estimator and of its method by property name, and \"preset\".",
    };

    private readonly Option<EngineKind?> _engine = EngineOption.Create();

    private readonly Option<int?> _maxTime = CommonOptions.CreateMaxTime();

    /// <summary>Names the series of a row.</summary>
    public Option<string?> Group { get; } = new("--group")
    {
        HelpName = "COLUMN",
        Description = "The column that names the series of a row, such as the patient. Without it all rows are one series.",
    };

    /// <summary>The times.</summary>
    public Option<string?> Order { get; } = new("--order")
    {
        HelpName = "COLUMN",
        Description = "The column that says when a row was measured: a number, a date or a timestamp. Rows may be in any order.",
    };

    /// <summary>What holds for a whole series.</summary>
    public Option<string[]> Statics { get; } = new("--static")
    {
        HelpName = "A,B",
        Description = "Columns of what holds for a whole series, such as age and sex: numbers or categories. They are not filled in.",
        CustomParser = result => [.. result.Tokens.SelectMany(token =>
            token.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))],
    };

    /// <summary>All of them.</summary>
    public Option[] All => [Group, Order, Statics, _causal, _method, _config, _engine, _maxTime];

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in All)
            command.Add(option);
    }

    /// <summary>The options of the estimator and its method: the defaults or a preset, then the file, then the command line.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="seed">Seed from the command line, where given.</param>
    /// <exception cref="InputException">The file is none of options, or an option is unknown to the method or has an impossible
    /// value.</exception>
    /// <exception cref="UsageException">The method does not know the direction.</exception>
    public DiffusionImputeSeriesEstimator.Options Read(ParseResult parsed, int? seed)
    {
        string? path = parsed.GetValue(_config);
        ConfigFile? config = path is null ? null : ConfigFile.Read(path);
        var options = new DiffusionImputeSeriesEstimator.Options { Method = MethodOf(config, parsed.GetValue(_method)) };
        config?.Set(options.Method.Registration.Name, options, options.Method);
        if (parsed.GetValue(_engine) is { } engine)
        {
            if (options.Method is not SeriesNetworkOptions network)
                throw new UsageException($"--engine is for methods that train one network; {options.Method.Registration.Name} is none.");
            network.Engine = engine;
        }
        else if (config is not null && options.Method is SeriesNetworkOptions own)
        {
            EngineOption.Refuse(config, own.Engine, own.GpuDeviceId, own.FallbackToCpu);
        }
        if (parsed.GetValue(_causal))
            options.Direction = SeriesDirection.Causal;
        if (parsed.GetValue(_maxTime) is { } seconds)
            options.MaxTrainingTime = TimeSpan.FromSeconds(seconds);
        options.Seed = seed ?? options.Seed ?? CommonOptions.DefaultSeed;
        OptionsCheck.Refuse(path, options);
        try
        {
            options.Validate();
        }
        catch (ArgumentException e)
        {
            throw new UsageException(Imputation.ImputationModel.Sentence(e), e);
        }

        return options;
    }

    private static SeriesImputerOptions MethodOf(ConfigFile? config, string? named)
    {
        string? name = named ?? config?.Method, preset = config?.Preset;
        bool isDefault = preset is null || string.Equals(preset, DefaultPreset, StringComparison.OrdinalIgnoreCase);
        string known = string.Join(", ", SeriesImputationMethods.All.Select(each => each.Name));
        SeriesImputationMethod? method = name is not null ? SeriesImputationMethods.Find(name)
            : isDefault ? SeriesImputationMethods.All[0]
            : SeriesImputationMethods.All.FirstOrDefault(each => each.Presets.ContainsKey(preset!));
        if (method is null)
        {
            throw config!.Refusal(name is not null
                ? $"there is no method \"{name}\" of series; {known} was expected."
                : $"there is no preset \"{preset}\" of series.");
        }

        return isDefault ? method.NewOptions()
            : method.Presets.TryGetValue(preset!, out Func<SeriesImputerOptions>? make) ? make()
            : throw config!.Refusal($"the method {method.Name} has no preset \"{preset}\".");
    }
}
