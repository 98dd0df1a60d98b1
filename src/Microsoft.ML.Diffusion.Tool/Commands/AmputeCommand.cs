using System.CommandLine;
using System.Globalization;
using Microsoft.ML.Diffusion.Models.Amputation;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Csv;
using Microsoft.ML.Diffusion.Tool.Files;
using Microsoft.ML.Diffusion.Tool.Terminal;

namespace Microsoft.ML.Diffusion.Tool.Commands;

// In here, since ML.NET has a namespace of that name.
using Command = System.CommandLine.Command;

/// <summary><c>mldiffusion ampute</c>: hides cells on purpose, to see how well they can be filled in.</summary>
internal static class AmputeCommand
{
    private static readonly Dictionary<string, MissingnessMechanism> s_mechanisms = new(StringComparer.Ordinal)
    {
        ["mcar"] = MissingnessMechanism.McarIndependent,
        ["mcar-row"] = MissingnessMechanism.McarRow,
        ["mcar-column"] = MissingnessMechanism.McarColumn,
        ["mar"] = MissingnessMechanism.Mar,
        ["mnar"] = MissingnessMechanism.Mnar,
    };

    public static Command Create(TextWriter error, CancellationToken cancel)
    {
        var common = new CommonOptions();
        Option<MissingnessMechanism?> mechanism = TypedOption.Choice("--mechanism", s_mechanisms, "Why cells go missing.");
        mechanism.Required = true;
        Option<double?> rate = TypedOption.Number("--rate", "0.2", 0.0, 1.0, "a share between 0 and 1", "Share of the cells to hide.");
        rate.Required = true;
        Command command = common.AddTo(new Command("ampute", "Make values missing on purpose; every other byte stays."));
        command.Add(common.Output);
        command.Add(mechanism);
        command.Add(rate);
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(common.Output);
            common.RefuseSameFile(parsed, path);
            Display display = common.OpenDisplay(parsed, error);
            CsvTable table = common.ReadTable(parsed, display, leaveOutIdentifiers: false);
            using OutputFile output = OutputFile.Create(path);
            CellEdit[] edits = Hide(table, parsed.GetRequiredValue(mechanism)!.Value, parsed.GetRequiredValue(rate)!.Value, common.SeedOf(parsed));
            cancel.ThrowIfCancellationRequested();
            output.Write(stream => table.Document.WriteFile(path, stream, packed => table.Document.Write(packed, edits)));
            cancel.ThrowIfCancellationRequested();
            output.Commit();
            display.Say(string.Create(CultureInfo.InvariantCulture, $"{StandardStream.OutputName(path)}: {edits.Length} more cells are missing."));
            return ExitCode.Done;
        });
        return command;
    }

    private static CellEdit[] Hide(CsvTable table, MissingnessMechanism mechanism, double rate, int seed)
    {
        int columns = table.UsedColumns.Count();
        if (columns == 0)
            return [];
        if (columns == 1 && mechanism is MissingnessMechanism.Mar or MissingnessMechanism.Mnar)
            throw new InputException($"{table.Document.Path} has one column with values; mar and mnar hide cells by what other columns say, and at least two were expected.");
        Table cells = TableConversion.ToTable(table);
        return [.. TableConversion.Emptied(table, Amputer.Ampute(cells, mechanism, rate, unchecked((ulong)seed)))];
    }
}
