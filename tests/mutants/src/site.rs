//! Where in a file something can be changed while it runs.

use std::collections::HashMap;
use std::ops::Range;

use proc_macro2::LineColumn;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{BinOp, Expr, Member, Pat, UnOp};

use crate::list::{Genre, Mutant};

/// A place, and the numbers of the changes there.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) at: Range<usize>,
    pub(crate) what: What,
}

/// A number, and what stands there instead.
pub(crate) type Instead = (u32, String);

#[derive(Debug)]
pub(crate) enum What {
    /// Before the first statement of a body: answers in place of the rest.
    Body(Vec<Instead>),
    /// `==` and `!=`, of which each is the other's opposite.
    Equal(Range<usize>, u32),
    Binary(Binary),
    /// `&&` or `||`, and each for the other.
    Logic {
        left: Range<usize>,
        right: Range<usize>,
        is_and: bool,
        number: u32,
    },
    /// `!` or `-`, and the operand.
    Unary {
        operator: char,
        operand: Range<usize>,
        number: u32,
    },
    /// Whether an arm is taken.
    Guard {
        guard: Option<Range<usize>>,
        never: Vec<u32>,
        always: Vec<u32>,
    },
    /// A `match`, and those of its arms without which it may not be complete.
    Match(Vec<u32>),
    /// Fields that the base gives instead, with their commas.
    Fields(Vec<(u32, Range<usize>)>),
}

/// An operator between two operands, and others in its place.
#[derive(Debug)]
pub(crate) struct Binary {
    pub(crate) kind: Kind,
    pub(crate) left: Range<usize>,
    pub(crate) right: Range<usize>,
    pub(crate) operator: String,
    pub(crate) instead: Vec<Instead>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Takes its operands by reference.
    Comparing,
    /// Takes them by value, as comparing has to among constants: those are numbers.
    Computing,
    Assigning,
}

/// Finds the places of a file's changes, outermost first. What stands in a constant is left out.
pub(crate) fn sites<'a>(
    source: &str,
    mutants: impl Iterator<Item = (u32, &'a Mutant)>,
) -> syn::Result<Vec<Site>> {
    let file = syn::parse_file(source)?;
    let lines = source.split_inclusive('\n').scan(0, |at, line| {
        *at += line.len();
        Some((*at - line.len(), line))
    });
    let mut finder = Finder {
        lines: lines.collect(),
        open: HashMap::new(),
        sites: Vec::new(),
        is_const: false,
    };
    for (number, mutant) in mutants {
        let start = mutant.span.start;
        let at = finder.offset(LineColumn {
            line: start.line,
            column: start.column - 1,
        });
        let open = finder.open.entry((at, mutant.genre)).or_default();
        open.push((number, mutant.replacement.clone()));
    }
    finder.visit_file(&file);
    let mut sites = finder.sites;
    sites.sort_by_key(|site| {
        let rank = match site.what {
            What::Body(_) => 0,
            What::Guard { .. } => 1,
            _ => 2,
        };
        (site.at.start, rank != 0, usize::MAX - site.at.end, rank)
    });
    Ok(sites)
}

struct Finder<'s> {
    lines: Vec<(usize, &'s str)>,
    /// Those whose place is not found yet, by where they begin.
    open: HashMap<(usize, Genre), Vec<Instead>>,
    sites: Vec<Site>,
    /// Whether the function may be called by a constant.
    is_const: bool,
}

impl Finder<'_> {
    fn offset(&self, place: LineColumn) -> usize {
        let (start, line) = self.lines.get(place.line - 1).copied().unwrap_or_default();
        let into: usize = line.chars().take(place.column).map(char::len_utf8).sum();
        start + into
    }

    fn range(&self, spanned: &impl Spanned) -> Range<usize> {
        let span = spanned.span();
        self.offset(span.start())..self.offset(span.end())
    }

    fn taken(&mut self, at: usize, genre: Genre) -> Vec<Instead> {
        self.open.remove(&(at, genre)).unwrap_or_default()
    }

    fn within(&mut self, signature: &syn::Signature, visit: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.is_const, signature.constness.is_some());
        visit(self);
        self.is_const = outer;
    }

    fn kind(&self, operator: &BinOp) -> Kind {
        match operator {
            BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_) if !self.is_const => {
                Kind::Comparing
            }
            BinOp::AddAssign(_)
            | BinOp::SubAssign(_)
            | BinOp::MulAssign(_)
            | BinOp::DivAssign(_)
            | BinOp::RemAssign(_)
            | BinOp::BitXorAssign(_)
            | BinOp::BitAndAssign(_)
            | BinOp::BitOrAssign(_)
            | BinOp::ShlAssign(_)
            | BinOp::ShrAssign(_) => Kind::Assigning,
            _ => Kind::Computing,
        }
    }

    /// A body gives one type, which a hidden one is not known to be.
    fn body(&mut self, signature: &syn::Signature, block: &syn::Block) {
        if names_impl(&signature.output) {
            return;
        }
        let Some(first) = block.stmts.first() else {
            return;
        };
        let at = self.range(first).start;
        let instead = self.taken(at, Genre::FnValue);
        if !instead.is_empty() {
            self.sites.push(Site {
                at: at..at,
                what: What::Body(instead),
            });
        }
    }
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item_const(&mut self, _: &'ast syn::ItemConst) {}
    fn visit_item_static(&mut self, _: &'ast syn::ItemStatic) {}
    fn visit_impl_item_const(&mut self, _: &'ast syn::ImplItemConst) {}
    fn visit_trait_item_const(&mut self, _: &'ast syn::TraitItemConst) {}
    fn visit_expr_const(&mut self, _: &'ast syn::ExprConst) {}
    fn visit_expr_repeat(&mut self, _: &'ast syn::ExprRepeat) {}
    fn visit_type(&mut self, _: &'ast syn::Type) {}
    fn visit_pat(&mut self, _: &'ast syn::Pat) {}

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.body(&item.sig, &item.block);
        self.within(&item.sig, |finder| visit::visit_item_fn(finder, item));
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.body(&item.sig, &item.block);
        self.within(&item.sig, |finder| visit::visit_impl_item_fn(finder, item));
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.body(&item.sig, block);
        }
        visit::visit_trait_item_fn(self, item);
    }

    fn visit_expr_binary(&mut self, binary: &'ast syn::ExprBinary) {
        let operator = self.range(&binary.op);
        let instead = self.taken(operator.start, Genre::BinaryOperator);
        if let (Some((number, ..)), false) = (
            instead.first(),
            is_let(&binary.left) || is_let(&binary.right),
        ) {
            let (left, right) = (self.range(&binary.left), self.range(&binary.right));
            let what = match binary.op {
                BinOp::Eq(_) | BinOp::Ne(_) => What::Equal(left.start..right.end, *number),
                BinOp::And(_) | BinOp::Or(_) => What::Logic {
                    is_and: matches!(binary.op, BinOp::And(_)),
                    number: *number,
                    left,
                    right,
                },
                _ => What::Binary(Binary {
                    kind: self.kind(&binary.op),
                    left,
                    right,
                    operator: text(&binary.op),
                    instead,
                }),
            };
            self.sites.push(Site {
                at: self.range(binary),
                what,
            });
        }
        visit::visit_expr_binary(self, binary);
    }

    fn visit_expr_unary(&mut self, unary: &'ast syn::ExprUnary) {
        let at = self.range(unary);
        let operator = match unary.op {
            UnOp::Not(_) => '!',
            UnOp::Neg(_) => '-',
            _ => '*',
        };
        if operator != '*'
            && let Some((number, ..)) = self.taken(at.start, Genre::UnaryOperator).first()
        {
            let operand = self.range(&unary.expr);
            self.sites.push(Site {
                at,
                what: What::Unary {
                    operator,
                    operand,
                    number: *number,
                },
            });
        }
        visit::visit_expr_unary(self, unary);
    }

    fn visit_expr_match(&mut self, found: &'ast syn::ExprMatch) {
        let whole = found
            .arms
            .iter()
            .filter(|arm| !matches!(arm.pat, Pat::Guard(_)));
        let starts: Vec<_> = whole.map(|arm| self.range(&arm.pat).start).collect();
        let arms = starts
            .iter()
            .filter_map(|start| self.open.get(&(*start, Genre::MatchArm)))
            .flatten();
        let arms: Vec<_> = arms.map(|(number, ..)| *number).collect();
        if !arms.is_empty() {
            self.sites.push(Site {
                at: self.range(found),
                what: What::Match(arms),
            });
        }
        visit::visit_expr_match(self, found);
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        let (pattern, guard) = match &arm.pat {
            Pat::Guard(guarded) => (&*guarded.pat, Some(guarded)),
            pattern => (pattern, None),
        };
        let pattern = self.range(pattern);
        let guard = guard.map(|it| (self.range(&it.if_token), self.range(&it.guard)));
        let mut open = self.taken(pattern.start, Genre::MatchArm);
        if let Some((_, guard)) = &guard {
            open.extend(self.taken(guard.start, Genre::MatchArmGuard));
        }
        let (always, never): (Vec<_>, Vec<_>) =
            open.into_iter().partition(|(_, instead)| instead == "true");
        let numbers = |of: Vec<Instead>| of.into_iter().map(|(number, _)| number).collect();
        let (never, always): (Vec<u32>, Vec<u32>) = (numbers(never), numbers(always));
        if !never.is_empty() || !always.is_empty() {
            let at = match &guard {
                Some((token, guard)) => token.start..guard.end,
                None => pattern.end..pattern.end,
            };
            let guard = guard.map(|(_, guard)| guard);
            self.sites.push(Site {
                at,
                what: What::Guard {
                    guard,
                    never,
                    always,
                },
            });
        }
        if let Pat::Guard(guarded) = &arm.pat {
            self.visit_expr(&guarded.guard);
        }
        self.visit_expr(&arm.body);
    }

    fn visit_expr_struct(&mut self, expr: &'ast syn::ExprStruct) {
        let mut gone = Vec::new();
        for pair in expr.fields.pairs() {
            let field = pair.value();
            if !matches!(field.member, Member::Named(_)) {
                continue;
            }
            let at = self.range(field);
            let end = pair.punct().map_or(at.end, |comma| self.range(*comma).end);
            let fields = self.taken(at.start, Genre::StructField).into_iter();
            gone.extend(fields.map(|(number, _)| (number, at.start..end)));
        }
        if !gone.is_empty() {
            self.sites.push(Site {
                at: self.range(expr),
                what: What::Fields(gone),
            });
        }
        visit::visit_expr_struct(self, expr);
    }
}

/// Whether it is a link of a chain with `let`, which no parentheses may enclose.
fn is_let(expr: &Expr) -> bool {
    match expr {
        Expr::Let(_) => true,
        Expr::Binary(binary) => is_let(&binary.left) || is_let(&binary.right),
        _ => false,
    }
}

fn names_impl(output: &syn::ReturnType) -> bool {
    struct Impl(bool);
    impl Visit<'_> for Impl {
        fn visit_type_impl_trait(&mut self, _: &syn::TypeImplTrait) {
            self.0 = true;
        }
    }
    let mut found = Impl(false);
    found.visit_return_type(output);
    found.0
}

fn text(operator: &BinOp) -> String {
    operator.span().source_text().unwrap_or_default()
}
