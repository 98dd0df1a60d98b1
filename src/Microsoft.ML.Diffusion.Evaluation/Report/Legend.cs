using System.Xml.Linq;
using static Microsoft.ML.Diffusion.Evaluation.Report.Html;

namespace Microsoft.ML.Diffusion.Evaluation.Report;

/// <summary>What the colours and shapes of a drawing stand for.</summary>
internal static class Legend
{
    /// <summary>The pair that most drawings have: real in blue with a full line, synthetic in orange with a broken one.</summary>
    public static XElement RealAndSynthetic() => Of(("real", "real"), ("synthetic", "synthetic"));

    /// <param name="entries">The class of an area with its outline, and what it is.</param>
    public static XElement Of(params (string ClassName, string Text)[] entries) =>
        OfKeys([.. entries.Select(entry => (
            new[] { Svg.Box("area " + entry.ClassName, 2, 2, 18, 12), Svg.Line("curve " + entry.ClassName, 2, 2, 20, 2) }, entry.Text))]);

    /// <param name="entries">What is drawn within 22 x 16, and what it is.</param>
    public static XElement OfKeys(params (XElement[] Key, string Text)[] entries) =>
        Tag("p.legend", entries.Select(entry =>
            Tag("span", Tag("svg", ("viewBox", "0 0 22 16"), ("width", 22), ("height", 16), ("aria-hidden", "true"), entry.Key), entry.Text)));
}
