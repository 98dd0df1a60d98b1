using System.CommandLine;
using Microsoft.ML.Diffusion.Models.Methods;
using Microsoft.ML.Diffusion.Models.Methods.PrivateMarginals;
using Microsoft.ML.Diffusion.Models.Privacy;

namespace Microsoft.ML.Diffusion.Tool.Commands;

// In here, since ML.NET has a namespace of that name.
using Command = System.CommandLine.Command;

/// <summary>The options that ask for a bound of differential privacy.</summary>
internal sealed class PrivacyOptions
{
    // Of methods that promise it on request.
    private static string Others => string.Join(", ", GenerationMethods.All.Where(method => method.NewOptions() is IPrivateOptions)
        .Select(method => method.Name).Where(name => name != PrivateMarginalsOptions.MethodName));

    public Option<double?> Epsilon { get; } = TypedOption.Number("--epsilon", "1", double.Epsilon, 1000.0, "a number above 0, at most 1000",
        $"Make rows under differential privacy, by the method {PrivateMarginalsOptions.MethodName} unless --method says {Others}: the most "
        + "that a row can change, as the logarithm of a quotient of probabilities. Small means private.");

    public Option<double?> Delta { get; } = TypedOption.Number("--delta", "1e-6", 1e-99, 0.5, "a number above 0 and below 0.5",
        "The probability with which --epsilon may fail, well below one in the number of rows; 1e-6 is the default.");

    public Option<string[]> Domains { get; } = new("--domain")
    {
        HelpName = "COL=VALUES",
        Description = "With --epsilon: the values that a column can have, where they are known without the file, such as age=17..90, "
            + "day=2021-01-01..2021-12-31 or \"sex=Female|Male\"; may be given again. Others are found under the same bound, and "
            + "rare categories forgotten.",
    };

    public void AddTo(Command command)
    {
        command.Add(Epsilon);
        command.Add(Delta);
        command.Add(Domains);
    }

    /// <summary>The method that these options ask for; null for none.</summary>
    public string? MethodOf(ParseResult parsed) => IsGiven(parsed) ? PrivateMarginalsOptions.MethodName : null;

    /// <summary>Sets the options of the method.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="options">Receives them.</param>
    /// <param name="hasMethod">Whether the method is named, so that it promises a bound even where none is given.</param>
    /// <exception cref="UsageException">The method is another one, or no bound is asked for.</exception>
    public void Set(ParseResult parsed, DiffusionSynthesizeEstimator.Options options, bool hasMethod)
    {
        if (!IsGiven(parsed))
            return;
        if (parsed.GetValue(Epsilon) is null && !hasMethod)
            throw new UsageException("--delta and --domain say more about --epsilon, which is not given; --epsilon 1 was expected too.");
        if (options.Method is not IPrivateOptions method)
        {
            throw new UsageException(
                $"--epsilon, --delta and --domain are for the methods {PrivateMarginalsOptions.MethodName} and {Others}; " +
                $"{options.Method.Registration.Name} promises no differential privacy.");
        }

        method.Promise(parsed.GetValue(Epsilon), parsed.GetValue(Delta), parsed.GetValue(Domains) ?? []);
    }

    /// <summary>Refuses the options where no rows are made.</summary>
    /// <exception cref="UsageException">One is given.</exception>
    public void Refuse(ParseResult parsed)
    {
        if (IsGiven(parsed))
            throw new UsageException("--epsilon, --delta and --domain are for models that make rows; --for synthesize was expected.");
    }

    private bool IsGiven(ParseResult parsed) =>
        parsed.GetValue(Epsilon) is not null || parsed.GetValue(Delta) is not null || parsed.GetValue(Domains) is { Length: > 0 };
}
