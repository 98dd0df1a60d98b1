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
    public static Command Create(TextWriter output, TextWriter error)
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
            CsvDocument document = common.ReadDocument(parsed, display);
            IReadOnlyList<ColumnProfile> profiles = DocumentProfiles.Of(document, schema);
            output.Write(TableDescription.Of(document, profiles, schema.Missing));
            if (path is not null)
            {
                using OutputFile file = OutputFile.Create(path);
                file.Write(stream => stream.Write(Encoding.UTF8.GetBytes(TableProfiler.RolesOf(profiles).ToJson())));
                file.Commit();
            }

            return ExitCode.Done;
        });
        return command;
    }
}
