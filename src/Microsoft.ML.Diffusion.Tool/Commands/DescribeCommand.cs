using System.CommandLine;
using System.Text;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Csv;
using Microsoft.ML.Diffusion.Tool.Description;
using Microsoft.ML.Diffusion.Tool.Terminal;

namespace Microsoft.ML.Diffusion.Tool.Commands;

// In here, since ML.NET has a namespace of that name.
using Command = System.CommandLine.Command;

/// <summary><c>mldiffusion describe</c>: says what the columns of a file are, and why.</summary>
internal static class DescribeCommand
{
    /// <param name="output">Standard output: the description.</param>
    /// <param name="error">Standard error: progress and warnings.</param>
    /// <param name="cancel">Stops the reading.</param>
    public static Command Create(TextWriter output, TextWriter error, CancellationToken cancel)
    {
        var common = new CommonOptions();
        Option<string?> json = new("--json") { HelpName = "columns.json", Description = "Write the roles too, to be edited and given back with --columns." };
        Command command = common.AddTo(new Command("describe", "Say what each column is, why, and which of its cells are missing."));
        command.Add(json);
        command.SetAction(parsed =>
        {
            string? path = parsed.GetValue(json);
            if (path is not null)
                common.RefuseSameFile(parsed, path);
            Display display = common.OpenDisplay(parsed, error);
            SchemaOptions schema = common.SchemaOf(parsed, leaveOutIdentifiers: true);
            using CsvBlocks file = common.OpenBlocks(parsed, display, cancel);
            var patterns = new MissingPatterns(schema.Missing, file.ColumnNames);
            IReadOnlyList<ColumnProfile> profiles = new TableSurvey(file.Path, file.ColumnNames, file.Read, schema).Profile(patterns.Add);
            output.Write(TableDescription.Of(file, profiles, patterns));
            if (path is not null)
            {
                using OutputFile written = OutputFile.Create(path);
                written.Write(stream => stream.Write(Encoding.UTF8.GetBytes(TableProfiler.RolesOf(profiles).ToJson())));
                written.Commit();
            }

            return ExitCode.Done;
        });
        return command;
    }
}
