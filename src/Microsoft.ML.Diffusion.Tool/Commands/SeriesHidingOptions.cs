using System.CommandLine;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Csv;
using Microsoft.ML.Diffusion.Tool.Series;
using Microsoft.ML.Diffusion.Tool.Terminal;

namespace Microsoft.ML.Diffusion.Tool.Commands;

// In here, since ML.NET has a namespace of that name.
using Command = System.CommandLine.Command;

/// <summary>The options of <c>ampute</c> for time series.</summary>
internal sealed class SeriesHidingOptions
{
    private readonly SeriesTrainingOptions _columns = new();

    private readonly Option<double?> _length = TypedOption.Number("--length", "24", double.Epsilon, double.MaxValue, "a number above 0",
        "How long a stretch of --mechanism blocks is: in units of the column of times, hours for dates.");

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_columns.Group);
        command.Add(_columns.Order);
        command.Add(_columns.Statics);
        command.Add(_length);
    }

    /// <summary>Refuses options that do not go with the mechanism, and the lack of those that do.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="isSeries">Whether the mechanism is one of series.</param>
    /// <param name="inBlocks">Whether it hides stretches.</param>
    /// <exception cref="UsageException">There are some.</exception>
    public void Check(ParseResult parsed, bool isSeries, bool inBlocks)
    {
        foreach (Option option in (Option[])[_columns.Group, _columns.Order, _columns.Statics, _length])
        {
            if (!isSeries && parsed.GetResult(option) is not null)
                throw new UsageException($"{option.Name} is for time series; --mechanism points or blocks was expected.");
        }

        if (isSeries && parsed.GetValue(_columns.Order) is null)
            throw new UsageException("--order is missing: the column that says when a row was measured was expected.");
        if (inBlocks != parsed.GetValue(_length) is not null)
        {
            throw new UsageException(inBlocks
                ? "--length is missing: how long the stretches are was expected."
                : "--length is for stretches; --mechanism blocks was expected.");
        }
    }

    /// <summary>Looks at a file of series.</summary>
    public SeriesHider Open(ParseResult parsed, CommonOptions common, CsvBlocks file, SchemaOptions schema, Display display)
    {
        string[] statics = parsed.GetValue(_columns.Statics) ?? [];
        var choice = SeriesChoice.Of(
            file, schema, parsed.GetValue(_columns.Group), parsed.GetValue(_columns.Order)!, statics, SeriesUse.Numbers, display);
        var columns = new SeriesColumns(
            file, common.MarksOf(parsed), choice.View.Schema, choice.Order, choice.Formats, categories: null, file.Path, isOwn: true);
        return new SeriesHider(file, choice, columns, parsed.GetValue(_length));
    }
}
