using System.CommandLine;
using Microsoft.ML.Diffusion.Tool.Files;
using Microsoft.ML.Diffusion.Tool.Terminal;

namespace Microsoft.ML.Diffusion.Tool.Commands;

/// <summary>Arguments and options that several commands for pictures have.</summary>
internal sealed class PictureOptions
{
    /// <summary>The pictures.</summary>
    public Option<string> Images { get; } = new("--images")
    {
        Required = true, HelpName = "DIR", Description = "Folder of pictures, as PNG files.",
    };

    /// <summary>The masks.</summary>
    public Option<string> Masks { get; } = new("--masks")
    {
        Required = true, HelpName = "DIR",
        Description = "Folder of masks: grey PNG files with the names of their pictures. The grey value is the class, from 0; 255 where it "
            + "is not known.",
    };

    /// <summary>The model.</summary>
    public Argument<string> Model { get; } = new("MODEL.zip")
    {
        Description = "Model file of segment train, or of ml.Model.Save.",
    };

    /// <summary>Whether nothing is shown.</summary>
    public Option<bool> Quiet { get; } = new("--quiet") { Description = "Show no progress, notes or warnings." };

    public Display OpenDisplay(ParseResult parsed, TextWriter error) => Display.Open(error, parsed.GetValue(Quiet));

    /// <summary>Whether two names lead to one folder.</summary>
    public static bool IsSameFolder(string path, string other) =>
        string.Equals(Real(path), Real(other), StringComparison.Ordinal);

    private static string Real(string path) => RealPath.Of(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
}
