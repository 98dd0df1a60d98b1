using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Microsoft.ML.Diffusion.Evaluation.Report;

/// <summary>Writes elements in the text that HTML and XML parsers read alike.</summary>
internal static class HtmlText
{
    private static readonly HashSet<string> s_empty = new(StringComparer.Ordinal) { "meta", "path", "rect", "line", "circle" };
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
                Escape(text.Value, writer);
        writer.Write($"</{name}>");
        if (!s_inLine.Contains(name))
            writer.Write('\n');
    }

    /// <summary>Characters that mean something to a parser as references; those that XML does not know as the replacement character.</summary>
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
