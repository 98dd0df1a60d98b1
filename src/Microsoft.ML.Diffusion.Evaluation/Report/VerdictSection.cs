using System.Xml.Linq;
using Microsoft.ML.Diffusion.Evaluation.Results;
using static Microsoft.ML.Diffusion.Evaluation.Report.Html;

namespace Microsoft.ML.Diffusion.Evaluation.Report;

/// <summary>The answers in plain words.</summary>
internal static class VerdictSection
{
    public static IEnumerable<XElement> Build(IReadOnlyList<Verdict> verdicts)
    {
        if (verdicts.Count == 0)
            yield return Note("No verdict was reached.");
        else
            yield return Tag("div.verdicts", verdicts.Select((verdict, i) => Card(verdict, isFirst: i == 0)));
    }

    private static XElement Card(Verdict verdict, bool isFirst)
    {
        (string mark, string name) = verdict.Grade switch
        {
            VerdictGrade.Good => ("✓", "good"),
            VerdictGrade.Fair => ("≈", "fair"),
            VerdictGrade.Undefined => ("?", "undefined"),
            _ => ("✕", "poor"),
        };
        return Tag($"article.verdict {name}{(isFirst ? " first" : "")}",
            Tag("p.grade", Tag("b", ("aria-hidden", "true"), mark), $" {verdict.Topic}: {name}"),
            Tag("h3", verdict.Question),
            Tag("p", verdict.Answer));
    }
}
