using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Microsoft.ML.Diffusion.Evaluation.Report;

/// <summary>Writes elements in the text that HTML and XML parsers read alike.</summary>
internal static class HtmlText
{
    private static readonly HashSet<string> s_empty = new(StringComparer.Ordinal) { "meta", "img", "path", "rect", "line", "circle" };
    private static readonly HashSet<string> s_inLine = new(StringComparer.Ordinal) { "data", "small", "abbr", "strong", "a", "b", "tspan" };

    public static void Write(XElement element, TextWriter writer)
    {
        string name = element.Name.LocalName;
        writer.Write('<');
        writer.Write(name);
        foreach (XAttribute attribute in element.Attributes())
        {
            writer.Write($" {attribute.Name.LocalName}=\"");
            Escape(attribute.Value, writer);
            writer.Write('"');
        }

        if (s_empty.Contains(name) && element.IsEmpty)
        {
            writer.Write("/>\n");
            return;
        }

        writer.Write('>');
        foreach (XNode node in element.Nodes())
            if (node is XElement child)
                Write(child, writer);
            else if (node is XText text)
                WriteText(text.Value, name, writer);
        writer.Write($"</{name}>");
        if (!s_inLine.Contains(name))
            writer.Write('\n');
    }

    /// <summary>HTML parsers do not read references in a style sheet, so it is written as it is; it must not hold what XML parsers need
    /// them for.</summary>
    private static void WriteText(string text, string parent, TextWriter writer)
    {
        if (!string.Equals(parent, "style", StringComparison.Ordinal))
            Escape(text, writer);
        else if (text.AsSpan().ContainsAny('<', '>', '&'))
            throw new InvalidOperationException("The style sheet has one of <, > and &, which HTML and XML read in different ways.");
        else
            writer.Write(text);
    }

    /// <summary>Characters that mean something to a parser as references; those that XML does not know as the replacement
    /// character.</summary>
    private static void Escape(string text, TextWriter writer)
    {
        foreach (Rune rune in text.EnumerateRunes())
            switch (rune.Value)
            {
                case '<': writer.Write("&lt;"); break;
                case '>': writer.Write("&gt;"); break;
                case '&': writer.Write("&amp;"); break;
                case '"': writer.Write("&quot;"); break;
                default: writer.Write(rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) ? "\uFFFD" : rune.ToString()); break;
            }
    }
}
